/** The form of images as JSON text, as far as those who write it, read it and describe it have to agree. */

/** Opens every text. The number changes when older programs would misread it. */
export const FORMAT = "ckpt-text/1";

/** Members of the whole document. */
export const DOCUMENT_MEMBERS = ["format", "abi", "page_size", "records", "remainder"] as const;

/** Members that are for readers only: what the grammar calls the record, the rule that explains it, and why the rules ended. */
export const REMARKS = ["as", "rule", "problem"] as const;

/** What a payload can be; a record has one at most. */
export const PAYLOAD_MEMBERS = ["text", "elements", "pages", "pids", "bytes"] as const;

export type PayloadMember = (typeof PAYLOAD_MEMBERS)[number];

/** Members that say more about a payload, and about which. */
export const COMPANIONS: Readonly<Record<string, PayloadMember>> = {
  size: "text",
  unterminated: "text",
  of: "elements",
  positions: "pages",
};

export const RECORD_MEMBERS = [
  ...REMARKS,
  /** Name of the type, without `CKPT_HDR_`. */
  "record",
  /** Number of a type that the version does not know, or that replaces the one of `record`. */
  "type",
  /** Length in the header where it is to differ from that of the contents. */
  "length",
  /** C name of the struct, where the type alone does not tell it. */
  "struct",
  "fields",
  ...PAYLOAD_MEMBERS,
  /** Bytes that a `text` takes with the NULs at its end; without it there is one NUL. */
  "size",
  /** Whether a `text` has no NUL at its end. */
  "unterminated",
  /** What the `elements` are: a width or a struct. */
  "of",
  /** Addresses or indexes of the `pages`. */
  "positions",
  /** Bytes that no field holds, as hexadecimal digits by their offset in the record, as far as they are not zero. */
  "padding",
  /** Bytes behind the record that no length counts. */
  "raw",
] as const;

/** Longer arrays and texts are bytes: no kernel writes them, and a record has to fit into memory as text. In bytes. */
export const LONGEST_VALUES = 1024 * 1024;

/** Key of the struct that every record begins with; the text leaves it out. */
export const RECORD_HEADER = "ckpt_hdr";

/** An array of characters or bytes that stands as one string. */
export type PackedForm = "text" | "bytes" | "mac" | "ipv6";

/**
 * @param type width of an element
 * @param format how the schema wants the field shown
 */
export function packedForm(type: string, format: string | undefined): PackedForm | undefined {
  if (type === "char") return "text";
  if (type !== "u8") return undefined;
  return format === "ipv6" || format === "mac" ? format : "bytes";
}

/** Whether a field is left out of the text when it is zero. */
export function isQuiet(isReserved: boolean, struct: string | undefined): boolean {
  return isReserved || struct === RECORD_HEADER;
}
