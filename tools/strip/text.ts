/** Clears what follows the NUL of a text, and masks names, so that only their length and the depth of a path remain. */
import type { ByteRange } from "../image/record/records.js";
import { type Cleared, clearBytes } from "./clear.js";
import type { Splice } from "./splice.js";

const MASK = "x".charCodeAt(0);
const SLASH = "/".charCodeAt(0);

/**
 * Clears the bytes after the first NUL.
 *
 * @param mayBeginWithNul whether a NUL at the start belongs to the text, as in abstract names of sockets
 * @param cleared called for every byte that was not zero before
 * @returns whether a NUL ended the text
 */
export function clearText(bytes: Uint8Array, masked: boolean, mayBeginWithNul: boolean, cleared: Cleared): boolean {
  const nul = bytes.indexOf(0, mayBeginWithNul ? 1 : 0);
  const length = nul < 0 ? bytes.length : nul;
  if (masked) maskBytes(bytes.subarray(0, length));
  clearBytes(bytes.subarray(length), "leftovers", cleared);
  return nul >= 0;
}

/** A splice that clears a text of any length as {@link clearText} does, piece by piece. */
export function textSplice(range: ByteRange, masked: boolean, mayBeginWithNul: boolean, cleared: Cleared): Splice {
  let isOver = false;
  let isFirst = true;
  return {
    ...range,
    change(piece) {
      if (isOver) clearBytes(piece, "leftovers", cleared);
      else isOver = clearText(piece, masked, mayBeginWithNul && isFirst, cleared);
      isFirst = false;
    },
  };
}

function maskBytes(bytes: Uint8Array): void {
  for (const [i, byte] of bytes.entries()) if (byte !== 0 && byte !== SLASH) bytes[i] = MASK;
}
