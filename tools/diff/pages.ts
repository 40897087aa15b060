/**
 * Compares memory. Contents are read a window at a time, both images in order. Private memory without a page is zero, so a page of zeros equals no
 * page. A page of a mapped file without a page in the image is in the file, whose contents are not known here, so a page that was added to the image
 * is reported.
 */
import { isEqual } from "../image/bytes/equal.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Backing, Extent, ReadableMemory } from "../memory/memory.js";
import { readBytes } from "../memory/read.js";
import { type ByteDifference, type ByteRun, countUnequal, isZeroRun, joinedRuns, unequalRanges } from "./bytes.js";
import type { SideName } from "./unknown.js";

/** Addresses at which both images should have the same memory; the second image may have it at another address. */
export interface Area {
  readonly startA: bigint;
  readonly startB: bigint;
  readonly length: bigint;
}

/** Receives the progress of a comparison. */
export interface Watcher {
  /** Called with the number of bytes of pages that were compared. */
  onBytes(bytes: number): void;
  /** Called if one image has a page whose contents the other does not know. */
  onUnknown(side: SideName, why: string): void;
}

/** Bytes to read at once. */
const WINDOW_BYTES = 1024 * 1024;

/** Compares the memory of two images in an area byte by byte; undefined if both are equal. */
export function comparePages(
  a: ReadableMemory,
  b: ReadableMemory,
  area: Area,
  watcher?: Watcher,
): ByteDifference | undefined {
  const pages = { added: 0, removed: 0, changed: 0 };
  let changed = 0n;
  /** Address of the first difference, so that runs are not searched before it. */
  let first: bigint | undefined;
  for (const step of steps(a, b, area, watcher)) {
    first ??= step.at;
    if (step.change === "changed") {
      for (const [one, other] of pagesOf(step, pageSizeOf(a, b))) {
        if (isEqual(one, other)) continue;
        pages.changed++;
        changed += BigInt(countUnequal(one, other));
      }
    } else pages[step.change] += Math.ceil(step.length / pageSizeOf(a, b));
  }
  if (first === undefined) return undefined;
  const rest = { startA: area.startA + first, startB: area.startB + first, length: area.length - first };
  return { pages, changed, runs: { [Symbol.iterator]: () => joinedRuns(runsOf(a, b, rest)) } };
}

/** The smaller page size of the two machines. */
function pageSizeOf(a: ReadableMemory, b: ReadableMemory): number {
  return Math.min(a.image.format.pageSize, b.image.format.pageSize);
}

function* pagesOf({ one, other }: Changed, size: number): Generator<[Uint8Array, Uint8Array], void, void> {
  for (let at = 0; at < one.length; at += size) yield [one.subarray(at, at + size), other.subarray(at, at + size)];
}

function* runsOf(a: ReadableMemory, b: ReadableMemory, area: Area): Generator<ByteRun, void, void> {
  for (const step of steps(a, b, area)) {
    const ranges = step.change === "changed" ? unequalRanges(step.one, step.other) : [{ start: 0, end: step.length }];
    for (const { start, end } of ranges) {
      const at = step.at + BigInt(start);
      yield {
        start: area.startA + at,
        length: BigInt(end - start),
        change: step.change,
        ...(step.change !== "changed" && { instead: step.instead }),
        before: (most) => (step.change === "added" ? undefined : readBytes(a, area.startA + at, most)),
        after: (most) => (step.change === "removed" ? undefined : readBytes(b, area.startB + at, most)),
      };
    }
  }
}

/** Differing bytes that are consecutive in both images, or pages that only one has. */
type DifferingBytes = Changed | Alone;

interface Changed {
  readonly change: "changed";
  /** Offset in the area. */
  readonly at: bigint;
  readonly length: number;
  /** Valid until the next step. */
  readonly one: Uint8Array;
  readonly other: Uint8Array;
}

/** Whole pages that only one image has. */
interface Alone {
  readonly change: "added" | "removed";
  readonly at: bigint;
  readonly length: number;
  readonly instead: "zeros" | "file";
}

function* steps(
  a: ReadableMemory,
  b: ReadableMemory,
  { startA, startB, length }: Area,
  watcher?: Watcher,
): Generator<DifferingBytes, void, void> {
  const extentsA = a.extents(startA, startA + length);
  const extentsB = b.extents(startB, startB + length);
  let one = nextOf(extentsA);
  let other = nextOf(extentsB);
  for (let at = 0n; one && other; ) {
    const endA = one.end - startA;
    const endB = other.end - startB;
    const end = endA < endB ? endA : endB;
    const from = { memory: a, backing: placed(one, startA + at) };
    const to = { memory: b, backing: placed(other, startB + at) };
    if (from.backing.kind === "image" || to.backing.kind === "image") {
      for (let done = 0; done < Number(end - at); done += WINDOW_BYTES) {
        const size = Math.min(WINDOW_BYTES, Number(end - at) - done);
        watcher?.onBytes(size);
        yield* compared(from, to, { done, size, at: at + BigInt(done) }, watcher);
      }
    }
    at = end;
    if (endA === end) one = nextOf(extentsA);
    if (endB === end) other = nextOf(extentsB);
  }
}

function nextOf(extents: Generator<Extent, void, void>): Extent | undefined {
  return extents.next().value ?? undefined;
}

/** The backing of an extent from an address on. */
function placed({ start, backing }: Extent, address: bigint): Backing {
  return backing.kind === "image" ? { kind: "image", offset: backing.offset + Number(address - start) } : backing;
}

/** A part of two extents that fits into memory. */
interface Window {
  /** Offset in the extents. */
  readonly done: number;
  readonly size: number;
  /** Offset in the area. */
  readonly at: bigint;
}

/** An extent of one of the memories. */
interface Part {
  readonly memory: ReadableMemory;
  readonly backing: Backing;
}

function* compared(
  { memory: a, backing: from }: Part,
  { memory: b, backing: to }: Part,
  { done, size, at }: Window,
  watcher: Watcher | undefined,
): Generator<DifferingBytes, void, void> {
  const bytesOf = ({ image }: ReadableMemory, start: number) => windowBytes(image.source, start + done, size);
  const pageSize = pageSizeOf(a, b);
  if (from.kind === "image" && to.kind === "image") {
    const isOne = a.image.source === b.image.source;
    if (isOne && from.offset === to.offset) return;
    const window = bytesOf(a, from.offset);
    // If both images have the same source, the second window may replace the first.
    const one = isOne ? window.slice() : window;
    const other = bytesOf(b, to.offset);
    if (!isEqual(one, other)) yield { change: "changed", at, length: size, one, other };
  } else if (from.kind === "image")
    yield* alone("removed", { at, bytes: bytesOf(a, from.offset), pageSize }, to, watcher);
  else if (to.kind === "image") yield* alone("added", { at, bytes: bytesOf(b, to.offset), pageSize }, from, watcher);
}

/** Pages of one image that the other lacks. */
function* alone(
  change: Alone["change"],
  { at, bytes, pageSize }: { readonly at: bigint; readonly bytes: Uint8Array; readonly pageSize: number },
  { kind, ...missing }: Backing,
  watcher: Watcher | undefined,
): Generator<Alone, void, void> {
  if (kind === "file") yield { change, at, length: bytes.length, instead: "file" };
  if (kind === "unknown" && "why" in missing) watcher?.onUnknown(change === "added" ? "A" : "B", missing.why);
  if (kind !== "zero") return;
  let start = -1;
  for (let page = 0; page < bytes.length; page += pageSize) {
    const zero = isZeroRun(bytes.subarray(page, page + pageSize));
    if (!zero && start < 0) start = page;
    if (zero && start >= 0) {
      yield { change, at: at + BigInt(start), length: page - start, instead: "zeros" };
      start = -1;
    }
  }
  if (start >= 0) yield { change, at: at + BigInt(start), length: bytes.length - start, instead: "zeros" };
}
