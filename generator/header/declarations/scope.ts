/** The declarations of the headers so far, and those of the schema. There is one scope: members do not open any. */
import type { Arch } from "../../model.js";
import { BrokenHeader } from "../broken.js";
import type { ConstantLookup, Integer } from "../constant.js";
import type { Extent, ExtentOf } from "../layout.js";
import type { HeaderNumber, HeaderStruct, SourcePlace } from "../model.js";
import type { TranslationUnit } from "../preprocess/preprocessor.js";
import type { TypeReading } from "./typed.js";

/** Names of the schema that the headers may use without defining them. */
export interface Known {
  readonly number: ConstantLookup;
  /** Size and alignment of a struct; undefined when no struct has the tag. */
  readonly extent: ExtentOf;
}

export class Scope {
  readonly structs = new Map<string, HeaderStruct>();
  /** Enumerations by tag. */
  readonly enums = new Map<string, TypeReading>();
  readonly typedefs = new Map<string, TypeReading>();
  readonly numbers = new Map<string, HeaderNumber>();
  /** Enumerators with their types in expressions. */
  readonly enumerators = new Map<string, Integer>();
  /** Cached sizes of structs, by tag. */
  readonly computed = new Map<string, Extent>();
  /** Structs whose size cannot be computed, because they contain an unknown struct. Cleared when the next struct is declared. */
  readonly unsized = new Set<string>();
  /** Structs whose size is being computed, the outermost first. */
  readonly computing = new Set<string>();
  /** Number of enumerations so far. */
  enumerations = 0;

  constructor(
    readonly unit: TranslationUnit,
    readonly arch: Arch,
    readonly known: Known,
  ) {}

  /**
   * Adds a struct.
   *
   * @throws {BrokenHeader} when the tag is already taken
   */
  addStruct(struct: HeaderStruct): void {
    refuseMany(this.structs.size, struct.place, "structs");
    refuseSecond(`${struct.kind} ${struct.tag}`, struct.place, this.structs.get(struct.tag));
    this.structs.set(struct.tag, struct);
    this.unsized.clear();
  }

  /**
   * Adds an enumerator.
   *
   * @throws {BrokenHeader} when the name is already taken
   */
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

/** Most declarations of a kind, a hundred times as many as real headers have. */
const MAX_DECLARATIONS = 1 << 15;

function refuseMany(count: number, place: SourcePlace, what: string): void {
  if (count >= MAX_DECLARATIONS)
    throw new BrokenHeader(
      place,
      "too-long",
      `the headers have more than ${MAX_DECLARATIONS} ${what}, which is the limit`,
    );
}

function refuseSecond(name: string, place: SourcePlace, other: { readonly place: SourcePlace } | undefined): void {
  if (other)
    throw new BrokenHeader(
      place,
      "duplicate-name",
      `${name} is defined twice: here and at ${other.place.file}:${other.place.line}`,
    );
}
