/**
 * What `ckpt records` and `ckpt maps` at least have to do, as one would write it for a single ABI (v21/x86_64) without a grammar: `node plain-listing.mjs
 * records|maps IMAGE`. Plain JavaScript, so that it starts as fast as the packaged command.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const VMA = 402;
/** Offset in bytes and name of each 64-bit field of a VMA record. */
const WIDE = [
  [24, "ino_size"],
  [32, "vm_start"],
  [40, "vm_end"],
  [48, "vm_page_prot"],
  [56, "vm_flags"],
  [64, "vm_pgoff"],
];
const PAGE = 4096;
const ROOM = 64 * 1024;

const [what, path] = process.argv.slice(2);
const bytes = readFileSync(path);
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const out = openSync("/dev/stdout", "w");
let text = "";

for (let at = 0; at < bytes.length; ) {
  const type = view.getUint32(at, true);
  const length = view.getUint32(at + 4, true);
  if (what === "records") print(recordLine(at, type, length));
  else if (type === VMA) print(`${address(at + 32)}-${address(at + 40)}  ${permissions(at)}  ${offsetText(at)}`);
  at += length;
}
writeSync(out, text);
closeSync(out);

function recordLine(at, type, length) {
  let line = `${String(at).padStart(10)} ${String(type).padStart(5)} ${String(length).padStart(8)}  `;
  if (type !== VMA) return line;
  for (let field = at + 8; field < at + 20; field += 4) line += `${view.getInt32(field, true)} `;
  for (const [offset, name] of WIDE) line += `${name}=0x${number(at + offset).toString(16)} `;
  return line;
}

function permissions(at) {
  const flags = view.getUint32(at + 56, true);
  return `${flags & 1 ? "r" : "-"}${flags & 2 ? "w" : "-"}${flags & 4 ? "x" : "-"}${flags & 0x80 ? "s" : "p"}`;
}

/** Offset in the file or segment; a dash for memory that has neither. */
function offsetText(at) {
  const hasNone = view.getInt32(at + 12, true) === 0 && view.getInt32(at + 16, true) === 0;
  return hasNone ? "-" : (number(at + 64) * PAGE).toString(16);
}

function address(at) {
  return number(at).toString(16).padStart(12, "0");
}

function number(at) {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function print(line) {
  text += `${line}\n`;
  if (text.length < ROOM) return;
  writeSync(out, text);
  text = "";
}
