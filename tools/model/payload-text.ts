/** Texts that are the payload of a record, such as paths and names. */
import { decodeText } from "../image/abi/c-text.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { ImageRecord } from "../image/record/records.js";

/**
 * The payload of a record up to its first NUL.
 *
 * @param most maximum number of bytes to read, whatever the length of the record
 * @param skipsNul whether a NUL before the text does not end it
 */
export function payloadText(
  { source }: Pick<Image, "source">,
  node: { readonly record?: ImageRecord | undefined } | undefined,
  most: number,
  { skipsNul = false } = {},
): string | undefined {
  const range = node?.record?.payload;
  if (!range) return undefined;
  const bytes = windowBytes(source, range.start, Math.min(range.end - range.start, most));
  return decodeText(skipsNul && bytes[0] === 0 ? bytes.subarray(1) : bytes);
}
