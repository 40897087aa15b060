/** The bytes that a person is looking for. */

import type { ImageFormat } from "../../tools/image/abi/format.js";
import { parseBytes } from "../../tools/memory/byte-text.js";

/**
 * The bytes of a query: in the notation of `ckpt search` (`"text"`, `u32:0x2a`, `word:…`), as pairs of hexadecimal digits with spaces between them, or
 * the text itself. Undefined if the query is empty.
 */
export function wantedBytes(query: string, format: ImageFormat): Uint8Array | undefined {
  const text = query.trim();
  if (text === "") return undefined;
  if (/^[0-9a-f]{2}(?:\s+[0-9a-f]{2})+$/i.test(text))
    return Uint8Array.from(text.split(/\s+/), (pair) => Number.parseInt(pair, 16));
  if (/^(?:"|[us](?:8|16|32|64):|word:)/.test(text)) return parseBytes(text, format);
  return new TextEncoder().encode(query);
}
