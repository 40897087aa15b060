/** Reads values of fields by their paths. */
import { uint8ArrayToHex } from "uint8array-extras";
import type { Image } from "../image/image.js";
import { type Field, type FieldValue, fieldsOfRecord } from "./field.js";
import { fieldsWithin, type ListedField, leavesOf } from "./list.js";
import type { Path } from "./path.js";
import type { Resolver } from "./resolve.js";
import { type Spot, valueFieldOf } from "./spot.js";
import { fieldText } from "./value.js";

/** A field with its value, as plain data. */
export interface FieldReport {
  readonly path: string;
  /** A number, an array of numbers, a text, or bytes in hexadecimal. */
  readonly value: Exclude<FieldValue, Uint8Array>;
  /** The value in the form that `ckpt set` accepts. */
  readonly text: string;
  /** Explicit width (`u32`, `char`), `text` or `bytes`. */
  readonly type: string;
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
}

/** Maximum length in bytes of a value that is shown. */
export const MAX_SHOWN_BYTES = 1 << 20;

/**
 * The fields that a path leads to: one field, several with `[*]`, and all direct fields of a record, part or object.
 *
 * @throws {UsageError} (`bad-path`) when the path leads nowhere
 */
export function* fieldsAt(resolver: Resolver, path: Path): Generator<ListedField, void, void> {
  for (const { path: shown, spot } of resolver.resolve(path)) yield* fieldsUnder(resolver.image, spot, shown);
}

function* fieldsUnder(image: Image, spot: Spot, path: string): Generator<ListedField, void, void> {
  const field = valueFieldOf(image, spot);
  if (field) {
    yield* leavesOf(field, path);
    return;
  }
  const node = spot as Exclude<Spot, Field>;
  if (node.rule === undefined) yield* leavesOf(fieldsOfRecord(image, node), path);
  else yield* fieldsWithin(image, node, path);
}

export function fieldReport({ path, field }: ListedField): FieldReport {
  const value = field.read();
  return {
    path,
    value: value instanceof Uint8Array ? uint8ArrayToHex(value) : (value as FieldReport["value"]),
    text: fieldText(field, value),
    type: field.type,
    offset: field.offset,
    size: field.size,
  };
}
