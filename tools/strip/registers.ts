/** Registers: zero, but for what says how the record is to be read and what kind of program it is. */
import { memberAt } from "../image/fields.js";
import { HEADER_SIZE } from "../image/format.js";
import type { Image } from "../image/image.js";
import type { ImageRecord } from "../image/records.js";
import { type Splice, zeroed } from "./splice.js";

/** Fields of the CPU record that stay, of all architectures. */
const KEPT = [
  // What follows the record, and how long its parts are.
  "used_math",
  "features_used",
  "pt_regs_size",
  "fpr_size",
  // Width and mode of the program.
  "cs",
  "ds",
  "es",
  "ss",
  "fsindex",
  "gsindex",
  "psw_t_mask",
];

/** What becomes zero of a record; nothing of most. */
export function zeroedRegisters(image: Image, record: ImageRecord): Splice[] {
  if (record.name === "CPU_FPU") return [zeroed(record.payload)];
  if (record.name !== "CPU") return [];
  const at = image.source.window(record.offset, Math.min(record.length, record.kind?.longest ?? HEADER_SIZE));
  const layout = record.kind?.structOf(image.source.view, at, record.length)?.layout;
  const kept = KEPT.flatMap((path) => {
    const found = layout && memberAt(image.format.abi, layout, path);
    return found
      ? [{ start: record.offset + found.offset, end: record.offset + found.offset + found.member.size }]
      : [];
  });
  kept.sort((a, b) => a.start - b.start);
  const splices: Splice[] = [];
  let start = record.offset + HEADER_SIZE;
  for (const range of [...kept, { start: record.end, end: record.end }]) {
    if (start < range.start) splices.push(zeroed({ start, end: Math.min(range.start, record.end) }));
    start = Math.max(start, range.end);
  }
  return splices;
}
