/** Reading checkpoint images: framing, grammar, values. */

export type { Detection, Evidence } from "./detect.js";
export { ImageError, type ImageErrorCode, type ImageErrorFacts } from "./errors.js";
export { evaluate, holds, type Scope } from "./evaluate.js";
export { type FormatOptions, HEADER_SIZE, ImageFormat, type RecordKind, type RecordKinds } from "./format.js";
export { MAX_DEPTH, type ObjectHead, type WalkEnd, type WalkHandler, walk } from "./grammar.js";
export { Image, type OpenOptions, openImage } from "./image.js";
export { Fields } from "./record-fields.js";
export { type ByteRange, ImageRecord, readRecord, records } from "./records.js";
export { copyBytes, type ImageSource, MemorySource, windowBytes } from "./source.js";
export {
  type DecodedPayload,
  type DecodedRecord,
  decodePayload,
  decodeRecord,
  encodeRecord,
  type RecordSize,
  recordSize,
} from "./struct.js";
export type { Rule, Step } from "./syntax.js";
export { type ImageTree, MAX_PROBLEMS, type Progress, readTree, TreeNode } from "./tree.js";
