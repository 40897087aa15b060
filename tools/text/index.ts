/** Converts images to JSON text and back, without loss. */

export type { ByteFiles, BytesKeeper, StoredBytes } from "./bytes.js";
export { encodeText, type ReadTextOptions } from "./read-text.js";
export { FORMAT } from "./record-node.js";
export {
  type InlineNeed,
  inlineNeed,
  MAX_INLINE_BYTES,
  MAX_INLINE_RECORD_BYTES,
  type WriteTextOptions,
  writeText,
} from "./write-text.js";
