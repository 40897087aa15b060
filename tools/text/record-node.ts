/**
 * A record in the text. A node is a JSON object; a rule of the grammar, or a shared object with its body, is a node with the nodes of its
 * records under `records`.
 */
import type { JsonObject } from "./form.js";

/** Opens every text. The number changes when older programs would misread it. */
export const FORMAT = "ckpt-text/1";

/** Members of the whole document. */
export const DOCUMENT_MEMBERS = ["format", "abi", "page_size", "records", "remainder"] as const;

/** Members that are for readers only: what the grammar calls the record, the rule that explains it, and why the rules ended. */
export const REMARKS = ["as", "rule", "problem"] as const;

/** What a payload can be; a record has one at most. */
export const PAYLOAD_MEMBERS = ["text", "elements", "pages", "pids", "bytes"] as const;

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

export type RecordNode = JsonObject;
