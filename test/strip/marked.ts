/** Images with a marker in every byte of some of their regions. */
import type { Image } from "../../tools/image/index.js";
import type { Region } from "./regions.js";

/** Number of bytes added to each record of {@link overlong}. */
const SURPLUS = 16;

/** Payloads that cannot be read with another length. */
const EXACT = ["pids", "semaphores"];

/** The image with records that are all longer than their content. */
export function overlong({ source, format, root }: Image): Uint8Array {
  const parts: Uint8Array[] = [];
  const all = new Uint8Array(source.view.buffer, source.view.byteOffset, source.size);
  for (const { record, label } of root) {
    if (!record) continue;
    const longer = new Uint8Array(record.length + (EXACT.includes(label ?? "") ? 0 : SURPLUS));
    longer.set(all.subarray(record.offset, record.end));
    new DataView(longer.buffer).setUint32(4, longer.length, format.littleEndian);
    parts.push(longer, all.subarray(record.raw.start, record.raw.end));
  }
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * Fills regions with letters: no byte is zero, all numbers are positive, and texts are UTF-8.
 *
 * @param seed two seeds below 26 give different letters for each byte
 */
export function marked(bytes: Uint8Array, regions: Iterable<Region>, seed: number): Uint8Array {
  const copy = bytes.slice();
  for (const { start, end } of regions) for (let at = start; at < end; at++) copy[at] = markerAt(at, seed);
  return copy;
}

export function markerAt(offset: number, seed: number): number {
  return 0x61 + ((offset * 7 + (offset >> 8) * 3 + seed) % 26);
}

/** The structure of an image: places and names of all records and objects, and which records do not have the expected length. */
export function shapeOf({ root, end, problems }: Image): string {
  const lines = [...root].map(({ rule, label, record, object }) => [
    ...[rule, label, object?.objref],
    ...(record ? [record.offset, record.type, record.length, record.rawLength, record.elementSize] : []),
  ]);
  return [end, ...lines, ...problems.map(({ message }) => message)].join("\n");
}
