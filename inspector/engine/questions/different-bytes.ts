/** The bytes of one difference, beside each other, and the pages in which they are. */
import type { ByteRun } from "../../../tools/diff/bytes.js";
import type { Difference } from "../../../tools/diff/difference.js";
import { ImageMemory } from "../../../tools/memory/memory.js";
import { tasksOf } from "../../../tools/model/tasks.js";
import type { Opened } from "../opened.js";

/** Consecutive bytes that differ. */
export interface RunRow {
  /** Address, or offset in the contents. */
  readonly start: bigint;
  readonly length: bigint;
  readonly change: ByteRun["change"];
  readonly instead: ByteRun["instead"] | undefined;
  /** The first bytes; undefined if the image has none. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** A range of memory in equal parts. For each part, the bits of what differs in it: 1 added, 2 removed, 4 changed. */
export interface PageStrip {
  readonly start: bigint;
  readonly end: bigint;
  readonly parts: Uint8Array;
  /** Whether the differences after the last one in the strip were not looked for. */
  readonly isCut: boolean;
}

export interface DifferentBytes {
  readonly runs: readonly RunRow[];
  /** Whether there are more runs than these. */
  readonly isCut: boolean;
  /** Undefined for contents without pages. */
  readonly strip: PageStrip | undefined;
}

/** Maximum number of runs that are listed, and of bytes of each. */
const MAX_RUNS = 100;
const MAX_BYTES = 128;

/** Maximum number of runs that are marked in the strip, and of its parts. */
const MAX_MARKED_RUNS = 50_000;
const MAX_PARTS = 256;

/** @param index position among all differences; the answer is undefined if it is no difference of bytes */
export function differentBytes(
  { comparison }: Opened,
  { index }: { readonly index: number },
): DifferentBytes | undefined {
  const [difference] = comparison?.differences(index, 1) ?? [];
  if (!comparison || !difference?.bytes) return undefined;
  const { runs, pages } = difference.bytes;
  const range = pages && rangeOf(new ImageMemory(comparison.a), comparison.a, difference);
  const marks = range && marksOf(range, comparison.a.format.pageSize);
  const rows: RunRow[] = [];
  let count = 0;
  for (const run of runs) {
    if (rows.length < MAX_RUNS) rows.push(rowOf(run));
    else if (!marks) return { runs: rows, isCut: true, strip: undefined };
    if (++count > MAX_MARKED_RUNS) break;
    marks?.add(run);
  }
  return {
    runs: rows,
    isCut: count > rows.length,
    strip: range && marks && { ...range, parts: marks.parts, isCut: count > MAX_MARKED_RUNS },
  };
}

function rowOf({ start, length, change, instead, ...run }: ByteRun): RunRow {
  const most = length < MAX_BYTES ? Number(length) : MAX_BYTES;
  return { start, length, change, instead, before: run.before(most)?.slice(), after: run.after(most)?.slice() };
}

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** The mapping of the first image in which the bytes are. */
function rangeOf(memory: ImageMemory, image: Opened["image"], { task, bytes }: Difference): Range | undefined {
  const [first] = bytes?.runs ?? [];
  if (!first || !task) return undefined;
  const own = tasksOf(image).find(({ pid, name }) => pid === task.pid && name === task.name);
  for (const { start, end } of memory.of(own?.objref("mm_objref"))?.mappings ?? [])
    if (first.start >= start && first.start < end) return { start, end };
  return undefined;
}

const BITS = { added: 1, removed: 2, changed: 4 } as const;

function marksOf({ start, end }: Range, pageSize: number) {
  const size = Number(end - start);
  const parts = new Uint8Array(Math.max(1, Math.min(MAX_PARTS, Math.ceil(size / pageSize))));
  return {
    parts,
    add({ start: from, length, change }: ByteRun) {
      const first = Math.floor((Number(from - start) / size) * parts.length);
      const last = Math.floor((Number(from + length - 1n - start) / size) * parts.length);
      for (let part = first; part <= last && part < parts.length; part++)
        parts[part] = (parts[part] as number) | BITS[change];
    },
  };
}
