/** Prints memory as a hex dump, values, text, raw bytes or JSON. Ranges that are not in the image are named in their place. */

import { uint8ArrayToHex } from "uint8array-extras";
import { decodeEscaped } from "../../../runtime/index.js";
import { oneLine } from "../../control-characters.js";
import { quoted } from "../../edit/quoted-text.js";
import { UsageError } from "../../errors/usage-error.js";
import { hex, hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { parseAddress, parseLength } from "../../memory/address.js";
import { mappingNames } from "../../memory/mapping-name.js";
import type { Backing, Extent, ProcessMemory } from "../../memory/memory.js";
import { readMemory, readSparse, readText } from "../../memory/read.js";
import { memoryOfTask } from "../../memory/task-memory.js";
import { readValues } from "../../memory/values.js";
import type { CommandContext } from "../frame/context.js";
import { HexDump } from "../output/hex-dump.js";
import { writeJson } from "../output/json-stream.js";
import { colorsOf } from "../output/streams.js";

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
    length === undefined ? BigInt(width ?? (options.string ? MAX_TEXT_BYTES : DEFAULT_BYTES)) : lengthOf(length);
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

const DEFAULT_BYTES = 256;
const MAX_TEXT_BYTES = 4096;

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
  const dump = new HexDump((address, rest) =>
    out.write(
      `${address === undefined ? rest : `${dim(addressText(view, address))}${rest === "" ? "" : `  ${rest}`}`}\n`,
    ),
  );
  let isKnown = false;
  let isDumping = false;
  for (const piece of readSparse(view.memory, view.start, view.end)) {
    isKnown ||= piece.bytes !== undefined;
    if (piece.bytes && piece.extent.backing.kind === "image") {
      dump.add(piece.start, piece.bytes);
      isDumping = true;
      continue;
    }
    if (isDumping) dump.end();
    isDumping = false;
    out.write(`${yellow(`${addressRangeText(view, piece)}  ${whereIs(piece.extent.backing)}`)}\n`);
  }
  if (isDumping) dump.end();
  if (!isKnown) context.setFindings();
}

function printValues(context: CommandContext, view: View, width: number): void {
  const { out } = context.streams;
  const { dim, yellow } = colorsOf(context.streams);
  let isKnown = false;
  for (const { address, value, piece } of readValues(view.memory, view.start, view.end, width)) {
    isKnown ||= value !== undefined;
    if (value !== undefined) out.write(`${dim(addressText(view, address))}  ${hex(value, width * 2)}  ${value}\n`);
    else out.write(`${yellow(`${addressRangeText(view, piece)}  ${whereIs(piece.extent.backing)}`)}\n`);
  }
  if (!isKnown) context.setFindings();
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
  else if (first) out.write(`${addressText(view, start)}  ${whereIs(first.backing)}\n`);
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
    err.write(`ckpt: nothing was written: ${addressRangeText(view, extent)}: ${whereIs(extent.backing)}\n`);
    context.setFindings();
    return;
  }
  for (const { bytes } of readMemory(view.memory, view.start, view.end)) if (bytes) out.write(bytes);
}

function printJson(context: CommandContext, view: View, width: number | undefined): void {
  const { out } = context.streams;
  const { memory, pid, start, end } = view;
  const nameOf = mappingNames(memory.image, memory.space);
  let isKnown = false;
  function* parts() {
    for (const { start: from, end: to, extent, bytes } of readSparse(memory, start, end)) {
      isKnown ||= bytes !== undefined;
      const { kind, ...facts } = backingAt(extent, from);
      const text = kind === "image" && bytes && width === undefined ? uint8ArrayToHex(bytes) : undefined;
      yield {
        start: from,
        end: to,
        mapping: extent.mapping && nameOf(extent.mapping),
        in: kind,
        ...facts,
        bytes: text,
      };
    }
  }
  function* values() {
    for (const { address, value } of readValues(memory, start, end, width ?? 1))
      if (value !== undefined) yield { address, value };
  }
  writeJson(out, { task: pid, start, end, parts: parts(), values: width === undefined ? undefined : values() });
  if (!isKnown) context.setFindings();
}

/** The backing of one address in an extent. */
function backingAt({ start, backing }: Extent, address: bigint): Backing {
  if (backing.kind === "image") return { kind: "image", offset: backing.offset + Number(address - start) };
  return backing;
}

function addressText({ memory }: View, address: bigint): string {
  return hexDigits(address, memory.image.format.abi.target.bits / 4);
}

function addressRangeText(view: View, { start, end }: { readonly start: bigint; readonly end: bigint }): string {
  return `${addressText(view, start)}-${addressText(view, end)}`;
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
