/**
 * Plans changes of memory: addresses and bytes in, ranges of the image and their new contents out. Nothing is written here, and nothing must be
 * written if any part cannot be.
 */

import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import { copyBytes } from "../image/bytes/source.js";
import { hex } from "../image/hex.js";
import type { Task } from "../model/tasks.js";
import type { Backing, Extent, ImageMemory, ProcessMemory } from "./memory.js";
import { type Sharer, sharersOf } from "./sharers.js";

export interface Poke {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** The changes for one poke. */
export interface PlannedPoke extends Poke {
  readonly old: Uint8Array;
  /** Ranges of the image; several if the bytes cross a page boundary. */
  readonly parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** Other tasks that see the change. */
  readonly sharers: readonly Sharer[];
}

/** Bytes of an image that replace as many others. */
export interface Overwrite {
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Number of bytes, also of those that are replaced. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** The changes of the image for planned changes of memory, in ascending order of offsets. */
export function changesOf(planned: readonly PlannedPoke[]): Overwrite[] {
  const parts = planned.flatMap(({ parts }) => parts);
  return parts
    .map(({ offset, bytes }) => ({ offset, length: bytes.length, bytes }))
    .sort((a, b) => a.offset - b.offset);
}

/**
 * Plans changes of memory: which bytes of the image change, and which other tasks see that.
 *
 * @param all tasks of the image
 * @throws {RefusalError} (`missing-page`) when the image does not have a byte; the message says why, and what to do instead
 * @throws {UsageError} (`bad-poke`) when two changes overlap
 */
export function planPokes(
  shared: ImageMemory,
  memory: ProcessMemory,
  all: readonly Task[],
  task: Task,
  pokes: readonly Poke[],
): PlannedPoke[] {
  const planned = pokes.map((poke) => plan(shared, memory, all, task, poke));
  const ranges = planned.flatMap((poke) =>
    poke.parts.map(({ offset, bytes }) => ({ offset, size: bytes.length, poke })),
  );
  ranges.sort((a, b) => a.offset - b.offset);
  for (const [i, { offset, size, poke }] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next && next.offset < offset + size)
      throw new UsageError(
        "bad-poke",
        `${hex(poke.address)} and ${hex(next.poke.address)} write to the same bytes; only one of them can`,
      );
  }
  return planned;
}

function plan(shared: ImageMemory, memory: ProcessMemory, all: readonly Task[], task: Task, poke: Poke): PlannedPoke {
  const { address, bytes } = poke;
  const extents = [...memory.extents(address, address + BigInt(bytes.length))];
  const old = new Uint8Array(bytes.length);
  const parts = extents.map((extent) => {
    const { backing, start, end } = extent;
    if (backing.kind !== "image") throw new RefusalError("missing-page", refusal(extent, backing));
    const from = Number(start - address);
    const to = Number(end - address);
    old.set(copyBytes(shared.image.source, backing.offset, to - from), from);
    return { offset: backing.offset, bytes: bytes.subarray(from, to) };
  });
  const sharers = new Map<string, Sharer>();
  for (const extent of extents)
    for (const { pid, address: first } of sharersOf(shared, all, task, extent)) {
      const seenAt = first - (extent.start - address);
      sharers.set(`${pid} ${seenAt}`, { pid, address: seenAt });
    }
  return { address, bytes, old, parts, sharers: [...sharers.values()] };
}

/** Why a byte cannot be changed. */
function refusal({ start }: Extent, backing: Backing): string {
  const head = `${hex(start)} cannot be written:`;
  switch (backing.kind) {
    case "zero":
      return `${head} the image has no page there, because the task never wrote to it; only pages that the image has can be changed`;
    case "file":
      return `${head} its page is not in the image but in ${backing.path ?? "a file"} at offset ${hex(backing.offset)}; change it there`;
    case "unmapped":
      return `${head} the task has no memory there`;
    default:
      return `${head} ${backing.kind === "unknown" ? backing.why : "it is not in the image"}`;
  }
}
