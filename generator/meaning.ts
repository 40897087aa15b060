/** What a field means. Each of its properties can change with the version and differ between architectures. */
import type { Abi, Confidence } from "./abi.js";
import type { Changing } from "./changing.js";
import type { Origin } from "./load/document.js";

/** What a field means in one version on one architecture. */
export interface Meaning {
  readonly doc: string;
  readonly unit?: string;
  readonly format?: string;
  /** Enumeration of the values. */
  readonly enum?: string;
  /** Enumeration of the bits. */
  readonly flags?: string;
  /** Object types whose number it holds. */
  readonly refers: readonly string[];
  readonly const?: bigint;
  readonly default?: bigint;
  /** Padding that the header names. */
  readonly reserved: boolean;
  /** State of the kernel, copied as it is in memory. */
  readonly private: boolean;
  readonly confidence?: Confidence;
}

/** Each property of a meaning by itself, over all versions and architectures. */
export type Properties = { readonly [Property in keyof Meaning]: Changing<NonNullable<Meaning[Property]>> };

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
