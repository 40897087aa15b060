/** Texts that are the payload of a record, such as paths and names. */
import { decodeText } from "../image/abi/c-text.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

/** Maximum length of a text in bytes: no kernel writes more than a page. Longer ones in a hostile image are cut off. */
const MAX_TEXT_BYTES = 4096;

/**
 * The payload of a record up to its first NUL; undefined without a payload.
 *
 * @param skipsNul whether a NUL before the text does not end it
 */
export function recordText(image: Image, node: TreeNode | undefined, { skipsNul = false } = {}): string | undefined {
  const range = node?.record?.payload;
  if (!range) return undefined;
  const bytes = windowBytes(image.source, range.start, Math.min(range.end - range.start, MAX_TEXT_BYTES));
  return decodeText(skipsNul && bytes[0] === 0 ? bytes.subarray(1) : bytes);
}
