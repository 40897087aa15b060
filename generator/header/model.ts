/** What C headers declare, for one architecture: the parts that make up the image format, each with its place. */
import type { ScalarType } from "../../runtime/integers.js";

/** A place in a header. */
export interface Place {
  /** Path as it was given, or found below what was given. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number;
  /** The line of the file. */
  readonly source: string;
}

/** Widths that C has and the schema has no name for yet: integers of a fixed byte order. */
export type HeaderScalar = ScalarType | "le32" | "le64" | "be64";

export type HeaderType =
  | {
      readonly kind: "scalar";
      /** As it is declared, blanks normalised: `__u32`, `unsigned long`. */
      readonly c: string;
      readonly scalar: HeaderScalar;
      /** Set for `_Bool`, whose values are 0 and 1. */
      readonly truth?: true;
      /** Why its width is not the same everywhere. */
      readonly hazard?: string;
    }
  | { readonly kind: "reference"; readonly c: string; readonly tag: string }
  | {
      readonly kind: "struct" | "union";
      readonly members: readonly HeaderMember[];
      readonly aligned: number;
      readonly packed: boolean;
    };

/** `text` is undefined for an array without a length, `[]` or `[0]`. */
export interface Dimension {
  readonly text?: string;
  readonly value: number;
}

export interface HeaderMember {
  /** Null when anonymous. */
  readonly name: string | null;
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  /** aligned(N) attribute of the member, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
  /** Alignment that a typedef gives the type instead of its own, smaller or greater. */
  readonly typeAlign?: number;
  readonly place: Place;
}

export interface HeaderStruct {
  readonly kind: "struct" | "union";
  readonly tag: string;
  readonly members: readonly HeaderMember[];
  /** aligned(N) attribute, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
  readonly place: Place;
}

/** An enumerator or an integer define. */
export interface HeaderNumber {
  readonly name: string;
  readonly value: bigint;
  readonly kind: "enumerator" | "define";
  /** Tag of the enumeration of an enumerator; empty if it has none. */
  readonly tag?: string;
  /** Which enumeration, define section or file it stands in: numbers of one group are neighbours. */
  readonly group: string;
  /** The name that a define stands for. */
  readonly alias?: string;
  readonly place: Place;
}

/** The headers as one architecture sees them. */
export interface HeaderModel {
  readonly structs: ReadonlyMap<string, HeaderStruct>;
  readonly numbers: ReadonlyMap<string, HeaderNumber>;
  /** Includes that lead out of the checkpoint headers: `sys/un.h`. */
  readonly foreign: ReadonlySet<string>;
  /** Files that were read. */
  readonly files: ReadonlySet<string>;
}
