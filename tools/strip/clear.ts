/** Makes bytes zero and counts those that were not. */
import type { Stripped } from "./options.js";

/** Is told of every byte that was not zero before. */
export type Cleared = (kind: keyof Stripped | undefined) => void;

/** @param kind what the bytes count as */
export function clearBytes(bytes: Uint8Array, kind: keyof Stripped | undefined, cleared: Cleared): void {
  for (const byte of bytes) if (byte !== 0) cleared(kind);
  bytes.fill(0);
}
