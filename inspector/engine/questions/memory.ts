/** Memory of a process by address. */
import { readMemory } from "../../../tools/memory/read.js";
import type { Opened } from "../opened.js";

export interface MemoryPart {
  readonly start: bigint;
  readonly end: bigint;
  readonly bytes: Uint8Array;
  /** Offset of the first byte in the image. */
  readonly offset: number;
}

/** Maximum number of bytes of an answer. */
const MAX_BYTES = 1024 * 1024;

/** What the image has of a range of addresses, by address. */
export function memoryAt(
  { memory, image }: Opened,
  { space, start, length }: { readonly space: number; readonly start: bigint; readonly length: number },
): MemoryPart[] {
  const process = memory.of(space);
  if (!process) return [];
  const limit = 1n << BigInt(image.format.abi.target.bits);
  const end = start + BigInt(Math.min(length, MAX_BYTES));
  const parts: MemoryPart[] = [];
  for (const { start: from, end: to, extent, bytes } of readMemory(process, start, end < limit ? end : limit))
    if (bytes && extent.backing.kind === "image")
      parts.push({
        start: from,
        end: to,
        bytes: bytes.slice(),
        offset: extent.backing.offset + Number(from - extent.start),
      });
  return parts;
}
