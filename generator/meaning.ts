/** The meaning of a field. Each of its properties can change between versions and differ between architectures. */
import type { Confidence } from "../runtime/descriptor.js";
import type { Abi } from "./abi.js";
import type { Changing } from "./changing.js";
import type { Origin } from "./load/document.js";

/** The meaning of a field in one version on one architecture. */
export interface Meaning {
  readonly doc: string;
  readonly unit?: string;
  readonly format?: string;
  /** Name of the enumeration of the values. */
  readonly enum?: string;
  /** Name of the enumeration of the bits. */
  readonly flags?: string;
  /** Object types that the number in the field may refer to. */
  readonly refers: readonly string[];
  readonly const?: bigint;
  readonly default?: bigint;
  /** Whether the field is padding that the header names. */
  readonly reserved: boolean;
  /** Whether the field is kernel state, copied as it is in memory. */
  readonly private: boolean;
  readonly confidence?: Confidence;
}

/** Each property of a meaning on its own, over all versions and architectures. */
export type Properties = { readonly [Property in keyof Meaning]: Changing<NonNullable<Meaning[Property]>> };

/** A property as written once in the schema: the plain value, or an entry of a history. */
export interface Statement {
  readonly key: keyof Meaning;
  /** The value; undefined for an invalid number. */
  readonly value: string | readonly string[] | bigint | boolean | undefined;
  readonly origin: Origin;
}

/** The meanings of a field over all versions and architectures. ABIs with the same meaning get the same object. */
export class Meanings {
  private readonly known = new Map<string, Meaning>();
  private readonly byAbi = new Map<Abi, Meaning>();
  /** The meaning when no property ever changes, which is the usual case. */
  private readonly always: Meaning | undefined;

  constructor(
    readonly properties: Properties,
    readonly statements: readonly Statement[],
  ) {
    const fixed = Object.values(properties).every((property) => property.isFixed);
    this.always = fixed ? meaningOf(this.entries((property) => property.values()[0])) : undefined;
  }

  at(abi: Abi): Meaning {
    if (this.always) return this.always;
    const meaning = this.byAbi.get(abi) ?? this.intern((property) => property.at(abi));
    this.byAbi.set(abi, meaning);
    return meaning;
  }

  private intern(read: (property: Changing<unknown>) => unknown): Meaning {
    const entries = this.entries(read);
    const id = JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
    const meaning = this.known.get(id) ?? meaningOf(entries);
    this.known.set(id, meaning);
    return meaning;
  }

  private entries(read: (property: Changing<unknown>) => unknown): (readonly [key: string, value: unknown])[] {
    return Object.entries(this.properties).flatMap(([key, property]) => {
      const value = read(property);
      return value === undefined ? [] : [[key, value] as const];
    });
  }
}

function meaningOf(entries: readonly (readonly [key: string, value: unknown])[]): Meaning {
  return { doc: "", refers: [], reserved: false, private: false, ...Object.fromEntries(entries) };
}
