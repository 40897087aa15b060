/** Reads the meaning of a field: each property can change between versions and differ between architectures. */

import type { Confidence } from "../../runtime/descriptor.js";
import type { Changing } from "../changing.js";
import { type Origin, within } from "../load/document.js";
import { type Meaning, Meanings, type Properties, type Statement } from "../meaning.js";
import { constantly, readChanging } from "./changing.js";
import type { Context, Raw } from "./context.js";

export function readMeanings(context: Context, raw: Raw, at: Origin): Meanings {
  const statements: Statement[] = [];
  const property = <T extends Statement["value"]>(
    key: keyof Meaning,
    parse: (leaf: unknown, origin: Origin) => T | undefined,
  ): Changing<NonNullable<T>> => {
    if (raw[key] === undefined) return constantly<NonNullable<T>>(context, undefined);
    return readChanging(context, raw[key], within(at, key), {}, (leaf, origin) => {
      const value = parse(leaf, origin);
      statements.push({ key, value, origin });
      return value ?? undefined;
    });
  };
  const text = (key: keyof Meaning) => property(key, String);
  const integer = (key: keyof Meaning) => property(key, (_, { document, path }) => document.integer(path));
  const properties: Properties = {
    doc: text("doc"),
    unit: text("unit"),
    format: text("format"),
    enum: text("enum"),
    flags: text("flags"),
    refers: property("refers", (leaf) => [leaf].flat() as string[]),
    const: integer("const"),
    default: integer("default"),
    reserved: property("reserved", () => true),
    private: property("private", () => true),
    confidence: property("confidence", (leaf) => leaf as Confidence),
  };
  return new Meanings(properties, statements);
}
