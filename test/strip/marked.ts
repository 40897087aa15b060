/** Images with a marker in every byte of some of their regions. */
import type { Image } from "../../tools/image/index.js";
import type { Region } from "./regions.js";

/** Bytes behind each record of {@link overlong}. */
const SURPLUS = 16;

/** Of another length these could not be read. */
const EXACT = ["pids", "semaphores"];

/** The same image with records that are all longer than what is in them. */
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
 * @param seed of two seeds below 26 each byte has other letters
 */
export function marked(bytes: Uint8Array, regions: Iterable<Region>, seed: number): Uint8Array {
  const copy = bytes.slice();
  for (const { start, end } of regions) for (let at = start; at < end; at++) copy[at] = markerAt(at, seed);
  return copy;
}

export function markerAt(offset: number, seed: number): number {
  return 0x61 + ((offset * 7 + (offset >> 8) * 3 + seed) % 26);
}

/** Where all records and objects are, what they are called, and which do not have the length that others say: what the format needs. */
export function shapeOf({ root, end, problems }: Image): string {
  const lines = [...root].map(({ rule, label, record, object }) => [
    ...[rule, label, object?.objref],
    ...(record ? [record.offset, record.type, record.length, record.rawLength, record.elementSize] : []),
  ]);
  return [end, ...lines, ...problems.map(({ message }) => message)].join("\n");
}
