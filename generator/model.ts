/**
 * The resolved schema: what the YAML says, with every name looked up. Documentation is carried along for the emitters; origins for the
 * lints' problems.
 */
import type { Expression } from "../runtime/expression.js";
import type { ScalarType } from "../runtime/integers.js";
import type { Abi, Arch, Confidence, Family, Version } from "./abi.js";
import type { Changing } from "./changing.js";
import type { Origin } from "./load/document.js";
import type { Meanings } from "./meaning.js";

export type { Abi, Arch, Confidence, Family, Version } from "./abi.js";
export type { Meaning } from "./meaning.js";

export interface Documented {
  readonly doc: string;
  readonly confidence?: Confidence;
  /** Remarks by version id. */
  readonly notes: Readonly<Record<string, string>>;
}

export interface Constant extends Documented {
  readonly name: string;
  readonly value: Changing<bigint>;
  readonly header?: string;
  /** Not in the checkpoint headers: `true` where they use it, `kernel` for a limit of the kernel that none of them mentions. */
  readonly external: boolean | "kernel";
  readonly format?: string;
  /** Where the fact comes from. */
  readonly source: readonly string[];
  readonly origin: Origin;
}

/** A system call of the kernel. */
export interface Syscall {
  /** As in the headers, without `__NR_`. */
  readonly name: string;
  readonly number: Changing<number>;
  /** How many arguments it takes. */
  readonly args?: Changing<number>;
  /** Release of Linux that brought it; undefined for calls that all kernels with checkpoints have. */
  readonly linux?: Changing<string>;
  /** Release of Linux that gave the number to another call. */
  readonly before?: string;
  readonly origin: Origin;
}

/** A number by which system calls tell why they failed. */
export interface KernelError {
  readonly name: string;
  /** Positive. */
  readonly number: Changing<number>;
  readonly doc?: string;
  readonly origin: Origin;
}

export interface Enumerator extends Documented {
  readonly name: string;
  readonly value: Changing<bigint>;
  /** Its value is one more than the highest before it. */
  readonly sentinel?: true;
  readonly origin: Origin;
}

export interface Enumeration {
  readonly name: string;
  readonly summary: string;
  readonly bits: boolean;
  /** Defined outside the checkpoint headers. */
  readonly external?: "libc" | "kernel";
  /** Preprocessor constants and not an enumeration of C. */
  readonly defines: boolean;
  /** C tag; undefined for an anonymous one, and for defines. */
  readonly tag?: string;
  /** Header that defines it, where that is not the one with the structs. */
  readonly header?: string;
  readonly family?: string;
  readonly values: readonly Enumerator[];
  readonly confidence?: Confidence;
  readonly origin: Origin;
}

/** What a member is made of, in one version on one architecture. */
export type MemberType =
  | { readonly kind: "scalar"; readonly scalar: ScalarType }
  | { readonly kind: "reference"; readonly struct: Struct }
  | { readonly kind: "struct" | "union"; readonly members: readonly Member[] };

/** A member in one version on one architecture. */
export interface Member {
  /** C name in this version; null when anonymous. */
  readonly name: string | null;
  readonly field: Field;
  readonly type: MemberType;
  readonly dims: readonly number[];
  readonly flexible: boolean;
  /** aligned(N) attribute, 0 for none. */
  readonly aligned: number;
}

/** A member over all versions and architectures. */
export interface Field {
  /** Newest C name; a name of ours for an anonymous aggregate. */
  readonly key: string;
  readonly names: Changing<string>;
  readonly anonymous: boolean;
  readonly present: (abi: Abi) => boolean;
  /** Type text by version and architecture; undefined for a nested aggregate. */
  readonly type?: Changing<TypeText>;
  readonly nested?: {
    readonly kind: "struct" | "union";
    readonly fields: readonly Field[];
    readonly dims: readonly Expression[];
  };
  /** aligned(N) attribute on the member, 0 for none. */
  readonly aligned: number;
  /** aligned(N) attribute on the type of a nested aggregate, 0 for none. */
  readonly typeAligned: number;
  /** Declared C type where it is not the kernel's name of the width. */
  readonly c?: string;
  readonly meanings: Meanings;
  readonly count?: Expression;
  /** Remarks by version id. */
  readonly notes: Readonly<Record<string, string>>;
  readonly since?: string;
  readonly until?: string;
  readonly origin: Origin;
}

/** `ckpt_rlimit[CKPT_RLIM_NLIMITS]`, taken apart. */
export interface TypeText {
  readonly base: string;
  readonly dims: readonly Expression[];
  readonly flexible: boolean;
}

export interface Acknowledgement {
  readonly lint: string;
  /** The field that the lint names. */
  readonly place: string;
  readonly reason: string;
  readonly origin: Origin;
}

/** What the kernel has behind the fields of a struct of its own, where images hold the struct as it is in memory. */
export interface PrivatePart {
  readonly doc: string;
  /** Bytes behind the fields, by the first kernel release that has so many, e.g. `2.6.33`; old to new. */
  readonly sizes: readonly (readonly [kernel: string, size: Expression])[];
}

export interface Struct {
  /** Newest C name; with the variant for a configuration variant. */
  readonly key: string;
  readonly family?: string;
  readonly variant?: string;
  readonly names: Changing<string>;
  readonly present: (abi: Abi) => boolean;
  readonly aligned: Changing<number>;
  readonly fields: readonly Field[];
  /** Order of the fields by version; undefined where the order of the file holds. */
  readonly order: Changing<readonly string[] | "default">;
  readonly summary: string;
  readonly purpose: string;
  readonly source: readonly string[];
  readonly confidence?: Confidence;
  readonly notes: Readonly<Record<string, string>>;
  readonly external?: "libc" | "kernel";
  readonly private?: PrivatePart;
  /** Why it has the same size in every kernel. */
  readonly fixedSize?: string;
  readonly acknowledged: readonly Acknowledgement[];
  readonly cases: readonly StructCase[];
  readonly since?: string;
  readonly until?: string;
  readonly origin: Origin;
}

/** A condition under which some fields of a struct mean something; see {@link Struct.cases}. */
export interface StructCase {
  readonly name: string;
  readonly when: Expression;
  readonly doc: string;
  /** By what it is in this case: path of the field that holds it. */
  readonly members: ReadonlyMap<string, Changing<string>>;
  readonly origin: Origin;
}

export interface Payload {
  readonly kind: "bytes" | "text" | "array" | "context";
  /** Element type of an array: a width or a struct. */
  readonly of?: string;
  readonly count?: Expression;
  readonly length?: Expression;
  readonly slack?: number;
  readonly doc?: string;
  readonly since?: string;
  readonly until?: string;
  readonly arches?: readonly string[];
}

export interface RecordType extends Documented {
  readonly name: string;
  readonly number: Changing<bigint>;
  readonly purpose?: string;
  readonly struct?: string;
  readonly variants?: {
    readonly on: string;
    readonly structs: Readonly<Record<string, string>>;
    readonly else?: string;
  };
  readonly payload?: Payload;
  /** Bytes after the record that no length counts. */
  readonly raw?: { readonly length: Expression; readonly doc: string };
  readonly reserved: boolean;
  readonly source: readonly string[];
  readonly origin: Origin;
}

export interface ObjectType extends Documented {
  readonly name: string;
  readonly number: Changing<bigint>;
  readonly principal?: string;
  /** Whether an OBJREF record introduces it. */
  readonly framed: Changing<boolean>;
  readonly knownBy?: string;
  readonly origin: Origin;
}

export type GrammarNode = {
  readonly since?: string;
  readonly until?: string;
  readonly arches?: readonly string[];
  readonly when?: Expression;
  readonly optional?: boolean;
  readonly repeat?: Expression | "any" | "some";
  readonly as?: string;
  readonly contains?: Payload;
  readonly doc?: string;
  readonly confidence?: Confidence;
} & (
  | { readonly kind: "record"; readonly name: string }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "ref"; readonly name: string; readonly number?: Expression }
  | { readonly kind: "object"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly GrammarNode[] }
);

export interface GrammarRule {
  readonly name: string;
  readonly doc: string;
  readonly items: readonly GrammarNode[];
  readonly since?: string;
  readonly until?: string;
  readonly source: readonly string[];
  readonly confidence?: Confidence;
  readonly origin: Origin;
}

export interface Grammar {
  readonly framing: string;
  readonly start: string;
  readonly anywhere: readonly GrammarNode[];
  readonly rules: readonly GrammarRule[];
  readonly bodies: readonly GrammarRule[];
}

export interface Model {
  readonly versions: readonly Version[];
  readonly arches: readonly Arch[];
  readonly families: ReadonlyMap<string, Family>;
  /** Every version on every architecture that has it, in order. */
  readonly abis: readonly Abi[];
  readonly constants: readonly Constant[];
  readonly enums: readonly Enumeration[];
  readonly records: readonly RecordType[];
  readonly objects: readonly ObjectType[];
  readonly structs: readonly Struct[];
  readonly grammar: Grammar;
  readonly syscalls: readonly Syscall[];
  readonly errors: readonly KernelError[];
}

/** C name in this version, with the variant for a configuration variant. */
export function bindingName(struct: Struct, abi: Abi): string {
  const name = struct.names.at(abi) ?? struct.key;
  return struct.variant ? `${name}_${struct.variant}` : name;
}
