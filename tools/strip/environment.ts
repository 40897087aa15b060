/** Finds the environment strings of all processes in the image. */
import type { ByteRange } from "../image/record/records.js";
import type { ImageMemory } from "../memory/memory.js";

/** The ranges of the image that hold environment strings, in order, without overlaps. */
export function environmentRanges(memory: ImageMemory): ByteRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const [objref, object] of memory.image.objects) {
    const process = object.rule === "MM" ? memory.of(objref) : undefined;
    const start = process?.space.address("env_start");
    const end = process?.space.address("env_end");
    if (!process || start === undefined || end === undefined) continue;
    // It is in private memory, whose pages belong to one mapping.
    for (const { backing, mapping, start: from, end: to } of process.extents(start, end))
      if (backing.kind === "image" && mapping?.inodeObjref === 0)
        ranges.push({ start: backing.offset, end: backing.offset + Number(to - from) });
  }
  ranges.sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push(range);
  }
  return merged;
}
