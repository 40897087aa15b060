/**
 * Descriptions of structs that are emitted beside the codecs: what tools, `--json` and documentation need to know about a field without
 * typing an offset by hand.
 */

import type { Expression } from "./expression.js";
import type { Varying } from "./varying.js";

/** How sure a statement is; nothing when a source states it. */
export type Confidence = "general" | "inferred" | "unknown";

export interface StructDescriptor {
  /** Newest C name, with the variant for a configuration variant. */
  readonly key: string;
  /** Architecture family; none for the generic header. */
  readonly family?: string;
  /** Configuration of the kernel that has this form of the struct. */
  readonly variant?: string;
  /** Defined outside the checkpoint headers. */
  readonly external?: "libc" | "kernel";
  /** Of a struct of the kernel that images hold as it is in memory: what the kernel has behind the fields. */
  readonly private?: PrivatePart;
  readonly summary: string;
  /** What a userspace tool needs it for. */
  readonly purpose: string;
  /** Where the facts come from. */
  readonly source: readonly string[];
  readonly confidence?: Confidence;
  /** Remarks by version. */
  readonly notes?: Readonly<Record<string, string>>;
  /** File of the schema. */
  readonly schema: string;
  /**
   * Its page in the reference, e.g. `structs/ckpt_hdr_vma.html`; `#v21/x86_64` behind it chooses a layout, `#vm_flags` a field. Empty where
   * there is no reference, as of the structs of core files.
   */
  readonly page: string;
  /** Conditions under which some of the fields mean something; none when all always do. */
  readonly cases?: readonly CaseDescriptor[];
  /** Fields by schema key. What one means in one version is at its member in `describe(name).layout` of an {@link Abi}. */
  readonly fields: Readonly<Record<string, FieldDescriptor>>;
  /** Distinct layouts, oldest first. */
  readonly layouts: readonly LayoutDescriptor[];
}

/**
 * A condition under which some fields of a struct mean something. A field that a case names means something only where a case that names it
 * holds; elsewhere its bytes are leftover memory. A field that no case names always means something.
 */
export interface CaseDescriptor {
  readonly name: string;
  /** When that is, in words. */
  readonly doc: string;
  /** The same by fields of the struct. */
  readonly when: Expression;
  /** By what it is in this case, e.g. `timer`: path of the field that holds it, by schema keys, in each version. */
  readonly members: Readonly<Record<string, Varying<string>>>;
}

/**
 * What the kernel has behind the fields of a struct of its own: state of no meaning outside of that kernel, addresses of its memory among it. No
 * layout counts it. How long it is depends on the kernel that wrote the image and not on the version of the format, so a reader takes
 * the length of the array and divides it by the number of elements.
 */
export interface PrivatePart {
  readonly doc: string;
  /**
   * Bytes behind the fields by the first kernel release that has so many, e.g. `2.6.33`, old to new. They depend on `word_size`, the bytes
   * of a `long`, and on nothing else.
   */
  readonly sizes: readonly (readonly [kernel: string, size: Expression])[];
}

/** A field over all versions and architectures. */
export interface FieldDescriptor {
  /** What it means, from which version on. */
  readonly meaning: Varying<FieldMeaning>;
  /** Remarks by version: what is different from that version on. */
  readonly notes?: Readonly<Record<string, string>>;
  /** First version that has it, where its struct is older. */
  readonly since?: string;
  /** First version that has it no longer. */
  readonly until?: string;
  /** Fields of a nested aggregate. */
  readonly fields?: Readonly<Record<string, FieldDescriptor>>;
}

/** What a field means in one version on one architecture. */
export interface FieldMeaning {
  readonly doc: string;
  readonly unit?: string;
  readonly format?: string;
  /** Enumeration of the values. */
  readonly enum?: string;
  /** Enumeration of the bits. */
  readonly flags?: string;
  /** Object types whose number it holds. */
  readonly refers?: readonly string[];
  readonly const?: number | bigint;
  /** What a converter fills in when an older image has no such field. */
  readonly default?: number | bigint;
  /** Padding that the header names. */
  readonly reserved?: true;
  /** State of the kernel, copied as it is in memory: it may hold addresses of the kernel, and has no meaning outside of it. */
  readonly private?: true;
  readonly confidence?: Confidence;
}

export interface LayoutDescriptor {
  /** First version of the layout, with an architecture where one version has several. */
  readonly id: string;
  /** Bytes, trailing padding included. */
  readonly size: number;
  /** Alignment in C. */
  readonly align: number;
  /** C name by version range when it is not the key: `[from, name]`, oldest first. */
  readonly names?: readonly (readonly [from: string, name: string])[];
  /** Version ranges by architecture, e.g. `{ x86_32: "v16..v19, v21..v21" }`. */
  readonly abis: Readonly<Record<string, string>>;
  readonly members: readonly MemberDescriptor[];
}

export interface MemberDescriptor {
  /** C name; null for an anonymous aggregate. */
  readonly name: string | null;
  /** Key in `fields`; missing when it is the name. */
  readonly key?: string;
  /** Bytes from the start of the aggregate that holds it. */
  readonly offset: number;
  /** Bytes, all elements together; 0 for a flexible array. */
  readonly size: number;
  /** Explicit width (`u32`, `be16`, `char`), `struct NAME`, or `struct`/`union` for a nested aggregate. */
  readonly type: string;
  /** Declared C type, of one element. */
  readonly c: string;
  readonly dims?: readonly number[];
  /** An array whose length the record's fields give; it takes no room in the struct. */
  readonly flexible?: true;
  /** Of a flexible array: the number of its elements, by a field of the struct or a constant. */
  readonly count?: Expression;
  /** Members of a nested aggregate. */
  readonly members?: readonly MemberDescriptor[];
}
