/** The JSON text form of images: what its writer, its reader and its JSON schema must agree on. */

/** Value of `format` in every text. The number changes when older programs would misread the text. */
export const FORMAT = "ckpt-text/1";

/** Members of the whole document. */
export const DOCUMENT_MEMBERS = ["format", "abi", "page_size", "records", "remainder"] as const;

/** Members that are only for readers: the name of the record in the grammar, the rule that explains it, and why the rules ended. */
export const REMARKS = ["as", "rule", "problem"] as const;

/** Members that hold a payload; a record has at most one of them. */
export const PAYLOAD_MEMBERS = ["text", "elements", "pages", "pids", "bytes"] as const;

export type PayloadMember = (typeof PAYLOAD_MEMBERS)[number];

/** Members that describe a payload further, with the payload member that each belongs to. */
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
  /** Type number, if the version does not know the type or the number differs from that of `record`. */
  "type",
  /** Length in the header, if it differs from the length of the contents. */
  "length",
  /** C name of the struct, if the type alone does not determine it. */
  "struct",
  "fields",
  ...PAYLOAD_MEMBERS,
  /** Bytes that a `text` takes, including the NULs at its end; by default there is one NUL. */
  "size",
  /** Whether a `text` has no NUL at its end. */
  "unterminated",
  /** Type of the `elements`: a width or a struct. */
  "of",
  /** Addresses or indexes of the `pages`. */
  "positions",
  /** Nonzero bytes that no field covers, as hexadecimal digits by their offset in the record. */
  "padding",
  /** Bytes after the record that its length does not count. */
  "raw",
] as const;

/**
 * Largest size in bytes of an array or text that is written as values; longer ones are written as bytes. No kernel writes longer ones, and the text
 * of a record must fit into memory.
 */
export const MAX_VALUES_BYTES = 1024 * 1024;

/** Key of the struct that every record begins with; the text omits it. */
export const RECORD_HEADER = "ckpt_hdr";

/** Form of an array of characters or bytes that the text gives as one string. */
export type PackedForm = "text" | "bytes" | "mac" | "ipv6";

/**
 * The string form of an array, or undefined for an array that is written element by element.
 *
 * @param type width of an element
 * @param format display format that the schema gives the field
 */
export function packedForm(type: string, format: string | undefined): PackedForm | undefined {
  if (type === "char") return "text";
  if (type !== "u8") return undefined;
  return format === "ipv6" || format === "mac" ? format : "bytes";
}

/** Whether the text omits a field when it is zero. */
export function isQuiet(isReserved: boolean, struct: string | undefined): boolean {
  return isReserved || struct === RECORD_HEADER;
}
