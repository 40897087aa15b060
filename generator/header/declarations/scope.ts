/** What the headers have declared up to a place, and what the schema knows beside it. All is in one scope: members do not open any. */
import type { Arch } from "../../model.js";
import { BrokenHeader } from "../broken.js";
import type { Unit } from "../conditionals.js";
import type { Integer, Lookup } from "../constant.js";
import type { Extent, ExtentOf } from "../layout.js";
import type { HeaderNumber, HeaderStruct, Place } from "../model.js";
import type { Resolved } from "./typed.js";

/** The schema, for names that the headers use and do not define. */
export interface Known {
  readonly number: Lookup;
  /** Size and alignment of a struct; undefined when there is none of that tag. */
  readonly extent: ExtentOf;
}

export class Scope {
  readonly structs = new Map<string, HeaderStruct>();
  /** By tag. */
  readonly enums = new Map<string, Resolved>();
  readonly typedefs = new Map<string, Resolved>();
  readonly numbers = new Map<string, HeaderNumber>();
  /** Enumerators with the types that they have in an expression. */
  readonly enumerators = new Map<string, Integer>();
  /** Sizes that have been asked for, by tag. */
  readonly computed = new Map<string, Extent>();
  /** Structs that have been asked for in vain, since a struct in them is not known: until the next struct is read. */
  readonly unsized = new Set<string>();
  /** Structs whose size is being computed, the outermost first. */
  readonly computing = new Set<string>();
  /** How many enumerations have been read. */
  enumerations = 0;

  constructor(
    readonly unit: Unit,
    readonly arch: Arch,
    readonly known: Known,
  ) {}

  /** Throws `BrokenHeader` when there is one of that tag. */
  addStruct(struct: HeaderStruct): void {
    refuseMany(this.structs.size, struct.place, "structs");
    refuseSecond(`${struct.kind} ${struct.tag}`, struct.place, this.structs.get(struct.tag));
    this.structs.set(struct.tag, struct);
    this.unsized.clear();
  }

  /** Throws `BrokenHeader` when there is one of that name. */
  addEnumerator(number: HeaderNumber, integer: Integer): void {
    refuseMany(this.numbers.size, number.place, "enumerators");
    refuseSecond(number.name, number.place, this.numbers.get(number.name));
    this.numbers.set(number.name, number);
    this.enumerators.set(number.name, integer);
  }

  number(name: string): Integer | bigint | undefined {
    return this.enumerators.get(name) ?? this.numbers.get(name)?.value ?? this.known.number(name);
  }
}

/** Declarations of a kind; no real header has a hundredth of them. */
const MOST = 1 << 15;

function refuseMany(count: number, place: Place, what: string): void {
  if (count >= MOST)
    throw new BrokenHeader(place, "too-long", `the headers have more than ${MOST} ${what}, which none has`);
}

function refuseSecond(name: string, place: Place, other: { readonly place: Place } | undefined): void {
  if (other)
    throw new BrokenHeader(
      place,
      "duplicate-name",
      `${name} is defined twice: here and at ${other.place.file}:${other.place.line}`,
    );
}
