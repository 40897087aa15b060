/** What a person is looking for, as a pattern. */
import { stringToUint8Array, uint8ArrayToHex } from "uint8array-extras";
import type { ImageFormat } from "../../tools/image/abi/format.js";
import { type Pattern, parsePattern } from "../../tools/memory/pattern.js";

/** Bytes in a notation of `ckpt search` that no text is likely to have: pairs of digits with spaces between them, `"text"`, `u32:0x2a`, `word:…`. */
const NOTATION = /^(?:[0-9a-f]{2}(?:\s+[0-9a-f]{2})+$|"|[us](?:8|16|32|64):|word:)/i;

/**
 * The pattern of a query: bytes in a notation of `ckpt search`, else the text itself. All its matches have {@link Pattern.longest} bytes. Undefined if
 * the query is empty.
 *
 * @throws {UsageError} (`bad-bytes`) when the query is in the notation of the command, and has a mistake
 */
export function wantedPattern(query: string, format: ImageFormat): Pattern | undefined {
  const text = query.trim();
  if (text === "") return undefined;
  return parsePattern(NOTATION.test(text) ? text : uint8ArrayToHex(stringToUint8Array(query)), format);
}
