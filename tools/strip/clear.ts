/** Clears bytes and counts those that were not zero. */
import type { Stripped } from "./options.js";

/** Called for every byte that was not zero before. */
export type Cleared = (kind: keyof Stripped | undefined) => void;

/** @param kind kind to count the bytes as */
export function clearBytes(bytes: Uint8Array, kind: keyof Stripped | undefined, cleared: Cleared): void {
  for (const byte of bytes) if (byte !== 0) cleared(kind);
  bytes.fill(0);
}
