/** The declarations of C headers for one architecture: the parts that make up the image format, with their places. */
import type { ScalarType } from "../../runtime/integers.js";

/** A place in a header. */
export interface SourcePlace {
  /** Path as given on the command line, or found below a given directory. */
  readonly file: string;
  /** Line number, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 units as in editors. */
  readonly column: number;
  /** Text of the line. */
  readonly source: string;
}

/** Scalar types of the headers. The schema has no names yet for some integers with a fixed byte order. */
export type HeaderScalar = ScalarType | "le32" | "le64" | "be64";

export type HeaderType =
  | {
      readonly kind: "scalar";
      /** Declared type with normalised white space: `__u32`, `unsigned long`. */
      readonly c: string;
      readonly scalar: HeaderScalar;
      /** Set for `_Bool`, whose values are 0 and 1. */
      readonly truth?: true;
      /** Reason why the width depends on the machine. */
      readonly hazard?: string;
    }
  | { readonly kind: "reference"; readonly c: string; readonly tag: string }
  | {
      readonly kind: "struct" | "union";
      readonly members: readonly HeaderMember[];
      readonly aligned: number;
      readonly packed: boolean;
    };

/** A dimension of an array. `text` is undefined for an array without a length, `[]` or `[0]`. */
export interface Dimension {
  readonly text?: string;
  readonly value: number;
}

export interface HeaderMember {
  /** C name; null when anonymous. */
  readonly name: string | null;
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  /** aligned(N) attribute of the member in bytes, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
  /** Alignment in bytes that a typedef gives the type instead of its own, smaller or greater. */
  readonly typeAlign?: number;
  readonly place: SourcePlace;
}

export interface HeaderStruct {
  readonly kind: "struct" | "union";
  readonly tag: string;
  readonly members: readonly HeaderMember[];
  /** aligned(N) attribute of the struct in bytes, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
  readonly place: SourcePlace;
}

/** An enumerator or an integer define. */
export interface HeaderNumber {
  readonly name: string;
  readonly value: bigint;
  readonly kind: "enumerator" | "define";
  /** Tag of the enumeration of an enumerator; empty if it has none. */
  readonly tag?: string;
  /** Identifies the enumeration, run of defines or file that contains the number: numbers of one group are neighbours. */
  readonly group: string;
  /** The name that a define expands to. */
  readonly alias?: string;
  readonly place: SourcePlace;
}

/** The headers as one architecture sees them. */
export interface HeaderModel {
  readonly structs: ReadonlyMap<string, HeaderStruct>;
  readonly numbers: ReadonlyMap<string, HeaderNumber>;
  /** Included files that are not checkpoint headers: `sys/un.h`. */
  readonly foreign: ReadonlySet<string>;
  /** Files that were read. */
  readonly files: ReadonlySet<string>;
}
