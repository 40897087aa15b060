/** Converts images to JSON text and back, without loss. */

export type { ByteFiles, BytesKeeper, StoredBytes } from "./bytes.js";
export { encodeText, type ReadTextOptions } from "./read-text.js";
export { FORMAT } from "./record-node.js";
export {
  type InlineNeed,
  inlineNeed,
  LONGEST_INLINE,
  MOST_INLINE,
  type WriteTextOptions,
  writeText,
} from "./write-text.js";
