/** Clears bytes and counts those that were not zero. */
import type { Stripped } from "./options.js";

/** Counts a cleared byte; called for each that was not zero before. */
export type Cleared = (kind: keyof Stripped | undefined) => void;

/**
 * Sets bytes to zero, and counts those that were not zero.
 *
 * @param kind kind to count the bytes as
 */
export function clearBytes(bytes: Uint8Array, kind: keyof Stripped | undefined, cleared: Cleared): void {
  for (const byte of bytes) if (byte !== 0) cleared(kind);
  bytes.fill(0);
}
