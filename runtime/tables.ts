/** The forms of the generated tables: versions, architectures, numbers, records, grammar. */
import type { Confidence } from "./descriptor.js";
import type { Expression } from "./expression.js";
import type { Varying } from "./varying.js";

export interface VersionEntry {
  readonly id: string;
  /** Author date of the header. */
  readonly date: string;
  /** Whether the revision was posted under this name. */
  readonly posted: boolean;
  readonly evidence: string;
  readonly commit?: string;
  readonly summary: string;
  /** `inferred` when the position in time follows only from dates. */
  readonly confidence?: Confidence;
}

export interface ArchEntry {
  readonly id: string;
  readonly family: string;
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  readonly align64: 4 | 8;
  /** Ids of the versions that support the architecture. */
  readonly versions: readonly string[];
  /** Enumerator that `arch_id` holds. */
  readonly id_enumerator?: string;
  /** Machine names that `uname -m` gives. */
  readonly machines: readonly string[];
  /** Sizes of pages in bytes, the usual size first. */
  readonly page_sizes: readonly number[];
  readonly unsupported?: string;
  readonly doc: string;
  /** Structs of other families that this architecture lacks, with the reason. */
  readonly absent: Readonly<Record<string, string>>;
}

interface Entry {
  readonly doc: string;
  readonly confidence?: Confidence;
  readonly notes?: Readonly<Record<string, string>>;
}

export interface ConstantEntry extends Entry {
  readonly name: string;
  readonly value: Varying<number | bigint>;
  /** Header that defines it. */
  readonly header?: string;
  /** Set for a number from outside the checkpoint headers: `true` if they use it, `kernel` for a kernel limit that none of them mentions. */
  readonly external?: true | "kernel";
  readonly format?: string;
}

export interface EnumEntry {
  readonly name: string;
  readonly summary: string;
  /** Set when the values are bits that can be combined. */
  readonly bits?: true;
  readonly external?: "libc" | "kernel";
  readonly family?: string;
  readonly confidence?: Confidence;
  readonly values: readonly (Entry & { readonly name: string; readonly value: Varying<number | bigint> })[];
}

export interface PayloadEntry {
  /** `context`: the form depends on the place in the stream. */
  readonly kind: "bytes" | "text" | "array" | "context";
  /** Element type of an array. */
  readonly of?: string;
  readonly count?: Expression;
  /** Length in bytes. */
  readonly length?: Expression;
  readonly slack?: number;
  readonly doc?: string;
  readonly since?: string;
  readonly until?: string;
  readonly arches?: readonly string[];
}

export interface RecordEntry extends Entry {
  /** Name without `CKPT_HDR_`. */
  readonly name: string;
  readonly number: Varying<number | bigint>;
  readonly purpose?: string;
  /** Newest C name of the struct; omitted for a record that is only a header. */
  readonly struct?: string;
  /** Structs by enumerator of the field `on` of `struct`. */
  readonly variants?: {
    readonly on: string;
    readonly structs: Readonly<Record<string, string>>;
    readonly else?: string;
  };
  /** What follows the struct within the length of the record. */
  readonly payload?: PayloadEntry;
  /** Bytes that follow the record and are not counted in any length. */
  readonly raw?: { readonly length: Expression; readonly doc: string };
  /** The number is reserved; no kernel writes such a record. */
  readonly reserved?: true;
  readonly source: readonly string[];
}

export interface ObjectEntry extends Entry {
  /** Name without `CKPT_OBJ_`. */
  readonly name: string;
  readonly number: Varying<number | bigint>;
  /** Record that holds the data of the object itself. */
  readonly principal?: string;
  /** Whether an OBJREF record introduces it. */
  readonly framed: Varying<boolean>;
  /** How a reader learns the number of an object without an OBJREF. */
  readonly knownBy?: string;
}

export interface NodeAttributes {
  readonly since?: string;
  readonly until?: string;
  readonly arches?: readonly string[];
  readonly when?: Expression;
  readonly optional?: boolean;
  readonly repeat?: Expression | "any" | "some";
  /** Name of the record at this place. */
  readonly as?: string;
  readonly contains?: PayloadEntry;
  readonly doc?: string;
  readonly confidence?: Confidence;
}

export type GrammarNodeEntry = NodeAttributes &
  (
    | { readonly kind: "record" | "rule" | "object"; readonly name: string }
    /** A shared object if its number was not seen before; `number` is the field that will hold the number. */
    | { readonly kind: "ref"; readonly name: string; readonly number?: Expression }
    | { readonly kind: "sequence" | "choice"; readonly items: readonly GrammarNodeEntry[] }
  );

export interface GrammarRuleEntry {
  readonly doc: string;
  readonly items: readonly GrammarNodeEntry[];
  readonly since?: string;
  readonly until?: string;
  readonly source: readonly string[];
  readonly confidence?: Confidence;
}

export interface GrammarEntry {
  readonly framing: string;
  /** Name of the rule of a whole image. */
  readonly start: string;
  /** Nodes that may precede any record. */
  readonly anywhere: readonly GrammarNodeEntry[];
  readonly rules: Readonly<Record<string, GrammarRuleEntry>>;
  /** Rules by object type: what follows the OBJREF record. */
  readonly bodies: Readonly<Record<string, GrammarRuleEntry>>;
}

export interface SyscallEntry {
  readonly number: number;
  /** Name in the headers, without `__NR_`. */
  readonly name: string;
  /** Number of arguments, if known. */
  readonly args?: number;
  /** Linux release that introduced the call, if later than 2.6.29. */
  readonly linux?: string;
  /** Linux release that gave the number to another call. */
  readonly before?: string;
}

/** System calls and errors on one architecture. */
export interface SyscallTable {
  /** Sorted by number. */
  readonly calls: readonly SyscallEntry[];
  /** Positive error number and C name, sorted by number. */
  readonly errors: readonly (readonly [number: number, name: string])[];
}

export interface Tables {
  readonly versions: readonly VersionEntry[];
  readonly arches: readonly ArchEntry[];
  readonly constants: readonly ConstantEntry[];
  readonly enums: readonly EnumEntry[];
  readonly records: readonly RecordEntry[];
  readonly objects: readonly ObjectEntry[];
  readonly grammar: GrammarEntry;
}
