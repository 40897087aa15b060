/** Descriptions of structs, generated together with the codecs, so that tools, `--json` and documentation need no hand-written offsets. */

import type { Expression } from "./expression.js";
import type { Varying } from "./varying.js";

/** How certain a statement of the schema is; omitted when a source states it. */
export type Confidence = "general" | "inferred" | "unknown";

export interface StructDescriptor {
  /** Newest C name, with the variant for a kernel configuration variant. */
  readonly key: string;
  /** Architecture family; omitted for the generic header. */
  readonly family?: string;
  /** Kernel configuration that has this form of the struct. */
  readonly variant?: string;
  /** Defined outside the checkpoint headers. */
  readonly external?: "libc" | "kernel";
  /** The kernel's private part after the fields, for a kernel struct that images hold as it is in memory. */
  readonly private?: PrivatePart;
  readonly summary: string;
  /** What a userspace tool needs the struct for. */
  readonly purpose: string;
  /** Where the facts come from. */
  readonly source: readonly string[];
  readonly confidence?: Confidence;
  /** Remarks by version. */
  readonly notes?: Readonly<Record<string, string>>;
  /** File of the schema. */
  readonly schema: string;
  /**
   * Page of the struct in the reference, e.g. `structs/ckpt_hdr_vma.html`. Append `#v21/x86_64` to select a layout, `#vm_flags` to select a field.
   * Empty for structs that the reference does not cover, such as those of core files.
   */
  readonly page: string;
  /** Conditions under which some of the fields have a meaning; omitted when all fields always have one. */
  readonly cases?: readonly CaseDescriptor[];
  /** Fields by schema key, over all versions. Their meaning in one version is in `describe(name).layout` of an {@link Abi}. */
  readonly fields: Readonly<Record<string, FieldDescriptor>>;
  /** Distinct layouts, oldest first. */
  readonly layouts: readonly LayoutDescriptor[];
}

/**
 * A condition under which some fields of a struct have a meaning. A field that cases name has a meaning only where one of these cases holds;
 * elsewhere its bytes are leftover memory. A field that no case names always has a meaning.
 */
export interface CaseDescriptor {
  readonly name: string;
  /** The condition in words. */
  readonly doc: string;
  /** The condition as an expression over fields of the struct. */
  readonly when: Expression;
  /** Path of the field (schema keys) that plays a role in this case, by role, e.g. `timer`; the path may differ between versions. */
  readonly members: Readonly<Record<string, Varying<string>>>;
}

/**
 * What the kernel keeps after the fields of one of its own structs: state without meaning outside that kernel, including addresses of its memory. No
 * layout counts these bytes. Their number depends on the kernel that wrote the image, not on the version of the format, so a reader divides the
 * length of the array by the number of elements.
 */
export interface PrivatePart {
  readonly doc: string;
  /**
   * Number of bytes after the fields, by the first kernel release that has this number, e.g. `2.6.33`, oldest first. The expression depends only on
   * `word_size`, the bytes of a `long`.
   */
  readonly sizes: readonly (readonly [kernel: string, size: Expression])[];
}

/** A field over all versions and architectures. */
export interface FieldDescriptor {
  /** What the field means, from which version on. */
  readonly meaning: Varying<FieldMeaning>;
  /** Remarks by version: what is different from that version on. */
  readonly notes?: Readonly<Record<string, string>>;
  /** First version that has the field, if its struct is older. */
  readonly since?: string;
  /** First version that no longer has the field. */
  readonly until?: string;
  /** Fields of a nested aggregate. */
  readonly fields?: Readonly<Record<string, FieldDescriptor>>;
}

/** What a field means in one version on one architecture. */
export interface FieldMeaning {
  readonly doc: string;
  readonly unit?: string;
  readonly format?: string;
  /** Name of the enumeration that lists the values. */
  readonly enum?: string;
  /** Name of the enumeration that lists the bits. */
  readonly flags?: string;
  /** Object types that the field's object number can refer to. */
  readonly refers?: readonly string[];
  readonly const?: number | bigint;
  /** Value that a converter writes when an older image has no such field. */
  readonly default?: number | bigint;
  /** Padding that the header names. */
  readonly reserved?: true;
  /** Kernel state, copied as it is in memory: it may hold kernel addresses and has no meaning outside that kernel. */
  readonly private?: true;
  readonly confidence?: Confidence;
}

export interface LayoutDescriptor {
  /** First version of the layout, with the architecture if one version has several. */
  readonly id: string;
  /** Bytes, trailing padding included. */
  readonly size: number;
  /** Alignment in C, in bytes. */
  readonly align: number;
  /** C names where they differ from the key: `[from, name]`, oldest first. */
  readonly names?: readonly (readonly [from: string, name: string])[];
  /** Version ranges by architecture, e.g. `{ x86_32: "v16..v19, v21..v21" }`. */
  readonly abis: Readonly<Record<string, string>>;
  readonly members: readonly MemberDescriptor[];
}

export interface MemberDescriptor {
  /** C name; null for an anonymous aggregate. */
  readonly name: string | null;
  /** Key in `fields`; omitted when it is the name. */
  readonly key?: string;
  /** Bytes from the start of the enclosing aggregate. */
  readonly offset: number;
  /** Bytes of all elements together; 0 for a flexible array. */
  readonly size: number;
  /** Explicit width (`u32`, `be16`, `char`), `struct NAME`, or `struct`/`union` for a nested aggregate. */
  readonly type: string;
  /** Declared C type of one element. */
  readonly c: string;
  readonly dims?: readonly number[];
  /** An array whose length fields of the record determine; it takes no bytes in the struct. */
  readonly flexible?: true;
  /** Number of elements of a flexible array, from a field of the struct or a constant. */
  readonly count?: Expression;
  /** Members of a nested aggregate. */
  readonly members?: readonly MemberDescriptor[];
}
