/** Reading checkpoint images: framing, grammar, values. */

export { ImageError, type ImageErrorCode, type ImageErrorFacts } from "../errors/image-error.js";
export { evaluate, holds, type Scope } from "./abi/evaluate.js";
export { type FormatOptions, HEADER_SIZE, ImageFormat, type RecordKind, type RecordKinds } from "./abi/format.js";
export type { Progress } from "./bytes/progress.js";
export { copyBytes, type ImageSource, MemorySource, windowBytes } from "./bytes/source.js";
export type { Detection, Evidence } from "./detect.js";
export { Image, type OpenOptions, openImage } from "./image.js";
export { type ByteRange, ImageRecord, readRecord, records } from "./record/records.js";
export {
  type DecodedPayload,
  type DecodedRecord,
  decodePayload,
  decodeRecord,
  encodeRecord,
  type RecordSize,
  recordSize,
} from "./record/struct.js";
export { StructFields } from "./record/struct-fields.js";
export { type ImageTree, MAX_PROBLEMS, readTree, TreeNode } from "./tree.js";
export type { SyntaxRule, SyntaxStep } from "./walk/syntax.js";
export { MAX_DEPTH, type ObjectHead, type WalkEnd, type WalkHandler, walk } from "./walk/walk.js";
