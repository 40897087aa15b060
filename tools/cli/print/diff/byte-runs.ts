/** Prints the ranges in which bytes differ, and with `--hex` the bytes, those of the first image on the left. */

import { uint8ArrayToHex } from "uint8array-extras";
import type { ByteDifference, ByteRun } from "../../../diff/bytes.js";
import { hexDigits } from "../../../image/hex.js";
import { counted } from "../../../words.js";
import { printable } from "../../output/hex-dump.js";
import { colorsOf, type Streams } from "../../output/streams.js";

/**
 * Prints the ranges in which bytes differ, at most `limit` of them.
 *
 * @param digits number of digits of an address
 */
export function printRuns(
  streams: Streams,
  { runs }: ByteDifference,
  digits: number,
  { limit, hex }: { readonly limit: number; readonly hex?: true },
): void {
  const { dim } = colorsOf(streams);
  let count = 0;
  for (const run of runs) {
    if (count++ >= limit) {
      // Counting the rest would require finding them all.
      streams.out.write("      and more; --limit 0 lists all\n");
      return;
    }
    const place = hexDigits(run.start, digits);
    streams.out.write(`      ${place}  ${counted(run.length, "byte")}${dim(remark(run))}\n`);
    if (hex) printBytes(streams, run, digits);
  }
}

function remark({ change, instead }: ByteRun): string {
  if (change === "changed") return "";
  const [has, lacks] = change === "added" ? ["B", "A"] : ["A", "B"];
  if (instead === "zeros") return ` in ${has}, zero in ${lacks}`;
  if (instead === "file") return ` in ${has}, only in the mapped file in ${lacks}`;
  return ` in ${has} only`;
}

/** Number of bytes of each side in one row. */
const ROW = 8;
const MAX_COLUMNS = 128;

function printBytes({ out, ...streams }: Streams, run: ByteRun, digits: number): void {
  const { red, green, dim } = colorsOf({ out, ...streams });
  const length = Number(run.length < MAX_COLUMNS ? run.length : MAX_COLUMNS);
  const [before, after] = [run.before(length), run.after(length)];
  for (let at = 0; at < length; at += ROW) {
    const place = hexDigits(run.start + BigInt(at), digits);
    const rows = [before, after].map((bytes) => rowText(bytes?.subarray(at, at + ROW)));
    out.write(`        ${dim(place)}  ${red(rows[0] ?? "")}  ${green(rows[1] ?? "")}`.trimEnd());
    out.write("\n");
  }
  if (run.length > MAX_COLUMNS) out.write(`        ${dim(`and ${run.length - BigInt(MAX_COLUMNS)} more bytes`)}\n`);
}

function rowText(bytes: Uint8Array | undefined): string {
  const hex = bytes ? (uint8ArrayToHex(bytes).match(/../g) ?? []) : [];
  const text = bytes ? `|${printable(bytes)}|` : "";
  return `${hex.join(" ").padEnd(ROW * 3 - 1)}  ${text.padEnd(ROW + 2)}`;
}
