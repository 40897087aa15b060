/** The resolved schema: the content of the YAML, with every name looked up. It includes documentation for the emitters, and origins for problems. */
import type { Confidence, PrivatePart } from "../runtime/descriptor.js";
import type { Expression } from "../runtime/expression.js";
import type { ScalarType } from "../runtime/integers.js";
import type { VersionOrder } from "../runtime/varying.js";
import type { Abi, Arch, Family, Version } from "./abi.js";
import type { Changing } from "./changing.js";
import type { Origin } from "./load/document.js";
import type { Meanings } from "./meaning.js";

export type { Abi, Arch, Family, Version } from "./abi.js";
export type { Meaning } from "./meaning.js";

export interface Documented {
  readonly doc: string;
  readonly confidence?: Confidence;
  /** Notes by version id. */
  readonly notes: Readonly<Record<string, string>>;
}

export interface Constant extends Documented {
  readonly name: string;
  readonly value: Changing<bigint>;
  readonly header?: string;
  /** Defined outside the checkpoint headers: `true` if they use it, `kernel` for a limit of the kernel that they do not mention. */
  readonly external: boolean | "kernel";
  readonly format?: string;
  /** Sources of the fact. */
  readonly source: readonly string[];
  readonly origin: Origin;
}

/** A system call of the kernel. */
export interface Syscall {
  /** Name as in the headers, without `__NR_`. */
  readonly name: string;
  readonly number: Changing<number>;
  /** Number of arguments. */
  readonly args?: Changing<number>;
  /** Linux release that introduced the call; undefined for calls that all kernels with checkpoints have. */
  readonly linux?: Changing<string>;
  /** Linux release that reassigned the number to another call. */
  readonly before?: string;
  readonly origin: Origin;
}

/** An error number of system calls. */
export interface KernelError {
  readonly name: string;
  /** The number, positive. */
  readonly number: Changing<number>;
  readonly doc?: string;
  readonly origin: Origin;
}

export interface Enumerator extends Documented {
  readonly name: string;
  readonly value: Changing<bigint>;
  /** Whether the value is one more than the highest before it. */
  readonly sentinel?: true;
  readonly origin: Origin;
}

export interface Enumeration {
  readonly name: string;
  readonly summary: string;
  readonly bits: boolean;
  /** Set if the enumeration is defined outside the checkpoint headers. */
  readonly external?: "libc" | "kernel";
  /** Whether the values are preprocessor constants rather than a C enumeration. */
  readonly defines: boolean;
  /** C tag; undefined for an anonymous enumeration and for defines. */
  readonly tag?: string;
  /** Header that defines it, if that is not the one with the structs. */
  readonly header?: string;
  readonly family?: string;
  readonly values: readonly Enumerator[];
  readonly confidence?: Confidence;
  readonly origin: Origin;
}

/** The type of a member in one version on one architecture. */
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
  /** aligned(N) attribute in bytes, 0 for none. */
  readonly aligned: number;
}

/** A member over all versions and architectures. */
export interface Field {
  /** Newest C name; a generated name for an anonymous aggregate. */
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
  /** aligned(N) attribute on the member in bytes, 0 for none. */
  readonly aligned: number;
  /** aligned(N) attribute on the type of a nested aggregate in bytes, 0 for none. */
  readonly typeAligned: number;
  /** Declared C type, if it is not the kernel's name of the width. */
  readonly c?: string;
  readonly meanings: Meanings;
  readonly count?: Expression;
  /** Notes by version id. */
  readonly notes: Readonly<Record<string, string>>;
  readonly since?: string;
  readonly until?: string;
  readonly origin: Origin;
}

/** A type in its parts: `ckpt_rlimit[CKPT_RLIM_NLIMITS]`. */
export interface TypeText {
  readonly base: string;
  readonly dims: readonly Expression[];
  readonly flexible: boolean;
}

export interface Acknowledgement {
  readonly lint: string;
  /** The field that the lint reports. */
  readonly place: string;
  readonly reason: string;
  readonly origin: Origin;
}

export interface Struct {
  /** Newest C name; with the variant, for a configuration variant. */
  readonly key: string;
  readonly family?: string;
  readonly variant?: string;
  readonly names: Changing<string>;
  readonly present: (abi: Abi) => boolean;
  readonly aligned: Changing<number>;
  readonly fields: readonly Field[];
  /** Order of the fields by version; undefined where it is the order of the file. */
  readonly order: Changing<readonly string[] | "default">;
  readonly summary: string;
  readonly purpose: string;
  readonly source: readonly string[];
  readonly confidence?: Confidence;
  readonly notes: Readonly<Record<string, string>>;
  readonly external?: "libc" | "kernel";
  readonly private?: PrivatePart;
  /** Reason why the size is the same in every kernel. */
  readonly fixedSize?: string;
  readonly acknowledged: readonly Acknowledgement[];
  readonly cases: readonly StructCase[];
  readonly since?: string;
  readonly until?: string;
  readonly origin: Origin;
}

/** A condition under which some fields of a struct have a meaning; see {@link Struct.cases}. */
export interface StructCase {
  readonly name: string;
  readonly when: Expression;
  readonly doc: string;
  /** Names in this case, by path of the field. */
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
  /** Bytes after the record that its length does not include. */
  readonly raw?: { readonly length: Expression; readonly doc: string };
  readonly reserved: boolean;
  readonly source: readonly string[];
  readonly origin: Origin;
}

export interface ObjectType extends Documented {
  readonly name: string;
  readonly number: Changing<bigint>;
  readonly principal?: string;
  /** Whether an OBJREF record precedes it. */
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
  /** Position of each version id in time. */
  readonly order: VersionOrder;
  /** Versions that the schema mentions outside of their list. In all others everything is as in the version before. */
  readonly mentioned: ReadonlySet<Version>;
  readonly arches: readonly Arch[];
  readonly families: ReadonlyMap<string, Family>;
  /** All existing combinations of versions and architectures, in order. */
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

/** The version before, on the same architecture, if that has it; else undefined. */
export function precedingAbi({ abis }: Pick<Model, "abis">, { version, arch }: Abi): Abi | undefined {
  return abis.find((abi) => abi.arch === arch && abi.version.index === version.index - 1);
}

/** The version before, on the same architecture, if everything is the same there; else undefined. */
export function unchangedSince(model: Pick<Model, "abis" | "mentioned">, abi: Abi): Abi | undefined {
  return model.mentioned.has(abi.version) ? undefined : precedingAbi(model, abi);
}
