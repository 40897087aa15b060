/** Memory of a process by address. */

import type { Backing } from "../../../tools/memory/memory.js";
import { readMemory } from "../../../tools/memory/read.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface MemoryPart {
  readonly start: bigint;
  readonly end: bigint;
  /** Undefined if they are neither in the image nor zero. */
  readonly bytes: Uint8Array | undefined;
  /** Offset of the first byte in the image; undefined if it is not there. */
  readonly offset: number | undefined;
  /** Where the bytes are, e.g. `never written to`. */
  readonly where: string;
}

/** Maximum number of bytes of an answer. */
const MAX_BYTES = 1024 * 1024;

/** @param space number of the address space */
export function memoryAt(
  { memory, image }: Opened,
  { space, start, length }: { readonly space: number; readonly start: bigint; readonly length: number },
): MemoryPart[] {
  const process = memory.of(space);
  if (!process) return [];
  const limit = 1n << BigInt(image.format.abi.target.bits);
  const end = start + BigInt(Math.min(length, MAX_BYTES));
  return Array.from(readMemory(process, start, end < limit ? end : limit), ({ start, end, extent, bytes }) => ({
    start,
    end,
    bytes: bytes?.slice(),
    offset: extent.backing.kind === "image" ? extent.backing.offset + Number(start - extent.start) : undefined,
    where: whereText(extent.backing),
  }));
}

function whereText(backing: Backing): string {
  switch (backing.kind) {
    case "image":
      return "in the image";
    case "zero":
      return "never written to, so zero";
    case "file":
      return `in the file ${shown(backing.path ?? "?")}, from byte ${backing.offset} on`;
    case "unknown":
      return `not known: ${shown(backing.why)}`;
    case "unmapped":
      return "not mapped";
  }
}
