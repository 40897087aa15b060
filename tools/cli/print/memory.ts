/** Prints memory as a hex dump, values, text, raw bytes or JSON. Ranges that are not in the image are named in their place. */

import { decodeEscaped } from "../../../runtime/index.js";
import { scalar } from "../../../runtime/scalars.js";
import { quoted } from "../../edit/quoted-text.js";
import { UsageError } from "../../errors/usage-error.js";
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { parseAddress, parseLength } from "../../memory/address.js";
import { mappingNames } from "../../memory/mapping-name.js";
import type { Backing, Extent, ProcessMemory } from "../../memory/memory.js";
import { type MemoryPiece, readMemory, readText } from "../../memory/read.js";
import { memoryOfTask } from "../../memory/task-memory.js";
import type { CommandContext } from "../frame/context.js";
import { HexDump } from "../output/hex-dump.js";
import { writeJson } from "../output/json-stream.js";
import { colorsOf, oneLine } from "../output/streams.js";

/** A range of addresses to print. */
interface View {
  readonly memory: ProcessMemory;
  readonly pid: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** Whose memory is printed, and in which form; by default as a hex dump. */
export interface MemoryView {
  /** A pid; not needed if all tasks share their memory. */
  readonly task?: string;
  readonly string?: true;
  readonly u8?: true;
  readonly u16?: true;
  readonly u32?: true;
  readonly u64?: true;
  readonly word?: true;
  readonly raw?: true;
  readonly json?: true;
}

export function printMemory(
  image: Image,
  context: CommandContext,
  address: string,
  length: string | undefined,
  options: MemoryView,
): void {
  const { task, memory } = memoryOfTask(image, options.task);
  const width = widthOf(image, options);
  const start = parseAddress(address, memory, task);
  const size =
    length === undefined ? BigInt(width ?? (options.string ? LONGEST_TEXT : DEFAULT_LENGTH)) : lengthOf(length);
  if (width !== undefined && size < width)
    throw new UsageError("wrong-usage", `${length} bytes are less than one value of ${width}`);
  const limit = 1n << BigInt(image.format.abi.target.bits);
  const view = { memory, pid: task.pid, start, end: start + size < limit ? start + size : limit };
  if (options.raw) printRaw(context, view);
  else if (options.string) printText(context, view, options);
  else if (options.json) printJson(context, view, width);
  else if (width !== undefined) printValues(context, view, width);
  else printDump(context, view);
}

const DEFAULT_LENGTH = 256;
const LONGEST_TEXT = 4096;

function widthOf({ format }: Image, { u8, u16, u32, u64, word }: MemoryView): number | undefined {
  return u8 ? 1 : u16 ? 2 : u32 ? 4 : u64 ? 8 : word ? format.wordSize : undefined;
}

function lengthOf(text: string): bigint {
  const length = parseLength(text);
  if (length === undefined || length === 0n)
    throw new UsageError(
      "wrong-usage",
      `a length is a number of bytes such as 256, 0x1000 or 64K, not ${JSON.stringify(text)}`,
    );
  return length;
}

function printDump(context: CommandContext, view: View): void {
  const { out } = context.streams;
  const { dim, yellow } = colorsOf(context.streams);
  const addressText = addressTexts(view);
  const dump = new HexDump((address, rest) =>
    out.write(`${address === undefined ? rest : `${dim(addressText(address))}${rest === "" ? "" : `  ${rest}`}`}\n`),
  );
  let isKnown = false;
  let isDumping = false;
  for (const piece of piecesOf(view)) {
    isKnown ||= piece.bytes !== undefined;
    if (piece.bytes && piece.extent.backing.kind === "image") {
      dump.add(piece.start, piece.bytes);
      isDumping = true;
      continue;
    }
    if (isDumping) dump.end();
    isDumping = false;
    out.write(`${yellow(`${addressText(piece.start)}-${addressText(piece.end)}  ${whereIs(piece.extent.backing)}`)}\n`);
  }
  if (isDumping) dump.end();
  if (!isKnown) context.setFindings();
}

function printValues(context: CommandContext, view: View, width: number): void {
  const { out } = context.streams;
  const { dim, yellow } = colorsOf(context.streams);
  const addressText = addressTexts(view);
  let isKnown = false;
  for (const { address, value, piece } of valuesOf(view, width)) {
    isKnown ||= value !== undefined;
    if (value !== undefined) out.write(`${dim(addressText(address))}  ${hex(value, width * 2)}  ${value}\n`);
    else
      out.write(
        `${yellow(`${addressText(piece.start)}-${addressText(piece.end)}  ${whereIs(piece.extent.backing)}`)}\n`,
      );
  }
  if (!isKnown) context.setFindings();
}

interface Value {
  readonly address: bigint;
  /** Value at the address; undefined if the bytes are not known. */
  readonly value?: number | bigint;
  readonly piece: MemoryPiece;
}

/** Complete values of `width` bytes; values that are only partly known are omitted. */
function* valuesOf(view: View, width: number): Generator<Value, void, void> {
  const { littleEndian } = view.memory.image.format;
  const type = scalar(`u${width * 8}`);
  const room = new Uint8Array(width);
  const bytes = new DataView(room.buffer);
  let next = view.start;
  let filled = 0;
  for (const piece of readMemory(view.memory, view.start, view.end)) {
    if (!piece.bytes) {
      filled = 0;
      yield { address: piece.start, piece };
      next += ((piece.end - next + BigInt(width) - 1n) / BigInt(width)) * BigInt(width);
      continue;
    }
    const skipped = next > piece.start && filled === 0 ? Number(next - piece.start) : 0;
    for (let at = Math.min(skipped, piece.bytes.length); at < piece.bytes.length; at++) {
      room[filled++] = piece.bytes[at] as number;
      if (filled < width) continue;
      yield { address: next, value: type?.read(bytes, 0, littleEndian) ?? 0, piece };
      next += BigInt(width);
      filled = 0;
    }
  }
}

function printText(context: CommandContext, view: View, { json }: MemoryView): void {
  const { out, err } = context.streams;
  const { memory, start, end, pid } = view;
  const { bytes, ends } = readText(memory, start, Number(end - start));
  const text = decodeEscaped(bytes);
  const [first] = memory.extents(start, start + 1n);
  const isKnown = ends || bytes.length > 0;
  if (!isKnown) context.setFindings();
  if (json) writeJson(out, { task: pid, address: start, text, complete: ends });
  else if (isKnown) out.write(`${quoted(text)}\n`);
  else if (first) out.write(`${addressTexts(view)(start)}  ${whereIs(first.backing)}\n`);
  if (isKnown && !ends) err.write(`ckpt: no NUL in the ${bytes.length} bytes that were looked at\n`);
}

/** @throws {UsageError} for a terminal, and before anything is written if some bytes are not known */
function printRaw(context: CommandContext, view: View): void {
  const { out, err } = context.streams;
  if (out.isTTY)
    throw new UsageError(
      "wrong-usage",
      "--raw writes bytes, which are not for a terminal; send them to a file or a pipe",
    );
  for (const extent of view.memory.extents(view.start, view.end)) {
    if (extent.backing.kind === "image" || extent.backing.kind === "zero") continue;
    const addressText = addressTexts(view);
    const range = `${addressText(extent.start)}-${addressText(extent.end)}`;
    err.write(`ckpt: nothing was written: ${range}: ${whereIs(extent.backing)}\n`);
    context.setFindings();
    return;
  }
  for (const { bytes } of readMemory(view.memory, view.start, view.end)) if (bytes) out.write(bytes);
}

function printJson(context: CommandContext, view: View, width: number | undefined): void {
  const { out } = context.streams;
  const { pid, start, end } = view;
  const nameOf = mappingNames(view.memory.image, view.memory.space);
  let isKnown = false;
  function* parts() {
    for (const { start: from, end: to, extent, bytes } of piecesOf(view)) {
      isKnown ||= bytes !== undefined;
      const { kind, ...facts } = backingAt(extent, from);
      const hex = kind === "image" && bytes && width === undefined ? Buffer.from(bytes).toString("hex") : undefined;
      yield { start: from, end: to, mapping: extent.mapping && nameOf(extent.mapping), in: kind, ...facts, bytes: hex };
    }
  }
  function* values() {
    for (const { address, value } of valuesOf(view, width ?? 1)) if (value !== undefined) yield { address, value };
  }
  writeJson(out, { task: pid, start, end, parts: parts(), values: width === undefined ? undefined : values() });
  if (!isKnown) context.setFindings();
}

/** The backing of one address in an extent. */
function backingAt({ start, backing }: Extent, address: bigint): Backing {
  if (backing.kind === "image") return { kind: "image", offset: backing.offset + Number(address - start) };
  return backing;
}

/** Contents of a range, piece by piece; the zeros of one extent are one piece of any length. */
function* piecesOf({ memory, start, end }: View): Generator<MemoryPiece, void, void> {
  for (const extent of memory.extents(start, end)) {
    if (extent.backing.kind === "image") yield* readMemory(memory, extent.start, extent.end);
    else yield { ...extent, extent, bytes: extent.backing.kind === "zero" ? NOTHING : undefined };
  }
}

const NOTHING = new Uint8Array(0);

function addressTexts({ memory }: View): (address: bigint) => string {
  const digits = memory.image.format.abi.target.bits / 4;
  return (address) => address.toString(16).padStart(digits, "0");
}

/** The backing in words. */
function whereIs(backing: Backing): string {
  switch (backing.kind) {
    case "zero":
      return "never touched, reads as zero";
    case "file":
      return `not in the image, comes from ${oneLine(backing.path ?? "a file")} at offset ${hex(backing.offset)}`;
    case "unmapped":
      return "not mapped";
    case "unknown":
      return `not in the image: ${backing.why}`;
    default:
      return `in the image at offset ${backing.offset}`;
  }
}
