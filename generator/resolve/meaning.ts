/** What a field means. Each of its properties can change with the version and differ between architectures. */
import { type Origin, within } from "../load/document.js";
import type { Abi, Confidence, Meaning } from "../model.js";
import { type Changing, constantly, readChanging } from "./changing.js";
import type { Context, Raw } from "./context.js";

type Properties = { readonly [Property in keyof Meaning]: Changing<NonNullable<Meaning[Property]>> };

/** A property as it stands in the schema once: the plain value, or an entry of a history. */
export interface Statement {
  readonly key: keyof Meaning;
  /** Undefined for a number that is none. */
  readonly value: string | readonly string[] | bigint | boolean | undefined;
  readonly origin: Origin;
}

/** The meanings of a field over all versions and architectures. ABIs in which it means the same get the same object. */
export class Meanings {
  private readonly known = new Map<string, Meaning>();
  private readonly byAbi = new Map<Abi, Meaning>();
  /** The meaning where no property ever changes, the usual case. */
  private readonly always: Meaning | undefined;

  constructor(
    readonly properties: Properties,
    readonly statements: readonly Statement[],
  ) {
    const fixed = Object.values(properties).every((property) => property.isFixed);
    this.always = fixed ? this.intern((property) => property.values()[0]) : undefined;
  }

  at(abi: Abi): Meaning {
    if (this.always) return this.always;
    const meaning = this.byAbi.get(abi) ?? this.intern((property) => property.at(abi));
    this.byAbi.set(abi, meaning);
    return meaning;
  }

  private intern(read: (property: Changing<unknown>) => unknown): Meaning {
    const entries = Object.entries(this.properties).flatMap(([key, property]) => {
      const value = read(property);
      return value === undefined ? [] : [[key, value] as const];
    });
    const id = JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
    const meaning = this.known.get(id) ?? Object.assign(blank(), Object.fromEntries(entries));
    this.known.set(id, meaning);
    return meaning;
  }
}

function blank(): Meaning {
  return { doc: "", refers: [], reserved: false, private: false };
}

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
