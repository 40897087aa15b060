/** Prints the records of an image: one line each, their bytes next to their fields, or JSON. */

import { decodeEscaped } from "../../../runtime/index.js";
import { oneLine } from "../../control-characters.js";
import { UsageError } from "../../errors/usage-error.js";
import { HEADER_SIZE } from "../../image/abi/format.js";
import { windowBytes } from "../../image/bytes/source.js";
import { hexPairs } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import type { ByteRange } from "../../image/record/records.js";
import type { Role } from "../../image/record-table.js";
import type { RecordField } from "../../records/fields.js";
import {
  holdsText,
  isDamage,
  type ListedRecord,
  listRecords,
  payloadSummary,
  placeOfNode,
  recordAt,
  recordFields,
} from "../../records/listing.js";
import { SummaryWriter, summaryOf } from "../../records/summary.js";
import { valueText } from "../../records/value-text.js";
import type { TextBuffer } from "../../text-buffer.js";
import { utf8 } from "../../utf8.js";
import type { CommandContext } from "../frame/context.js";
import { jsonText } from "../output/json.js";
import { LineOutput } from "../output/line-output.js";
import { type Colors, colorsOf, terminalWidth } from "../output/streams.js";

/** Which records are printed, and how. */
export interface RecordsView {
  /** A name, a number or a label; by default records of all types. */
  readonly type?: string | undefined;
  /** Print only the record that contains the byte at this offset. */
  readonly at?: number | undefined;
  readonly hex?: true | undefined;
  readonly json?: true | undefined;
}

export function printRecords(image: Image, context: CommandContext, options: RecordsView): void {
  const { at } = options;
  const { out } = context.streams;
  const colors = colorsOf(context.streams);
  const width = out.isTTY ? terminalWidth(context.streams) : Number.POSITIVE_INFINITY;
  const isWanted = wantedTypes(image, options.type);
  const lines = new LineOutput(out);
  const writeLine = lineWriter(image);
  const print = (listed: ListedRecord) => {
    if (options.json) out.write(`${jsonLine(image, listed)}\n`);
    else if (options.hex) out.write(hexView(image, listed, colors));
    else if (out.isTTY) out.write(`${line(image, listed, colors, width)}\n`);
    else {
      writeLine(lines.text, listed);
      lines.endLine();
    }
  };
  if (at !== undefined) {
    const listed = findAt(image, at);
    if (!listed)
      throw new UsageError(
        "wrong-usage",
        `no record has the byte at offset ${at}; the image has ${image.source.size} bytes`,
      );
    print(listed);
    lines.flush();
    return;
  }
  try {
    for (const listed of listRecords(image)) if (isWanted(listed)) print(listed);
  } catch (error) {
    // The image is open, so its damage is reported with its other problems.
    if (!isDamage(error)) throw error;
    context.setFindings();
    if (image.problems.at(-1)?.offset !== error.offset) context.streams.err.write(`ckpt: ${oneLine(error.message)}\n`);
  } finally {
    lines.flush();
  }
}

function findAt(image: Image, at: number): ListedRecord | undefined {
  try {
    return recordAt(image, at);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** @throws {UsageError} when this version has no such type */
function wantedTypes(image: Image, type: string | undefined): (listed: ListedRecord) => boolean {
  if (type === undefined) return () => true;
  if (/^\d+$/.test(type)) return ({ record }) => record.type === Number(type);
  const name = type.toUpperCase().replace(/^CKPT_HDR_/, "");
  if (image.format.kind(name)) return ({ record }) => record.name === name;
  if (labelsOf(image).has(type)) return ({ node }) => node?.label === type;
  throw new UsageError(
    "wrong-usage",
    `${image.format.abi.name} has no record type ${JSON.stringify(type)}; a name such as VMA, a number, or a label such as task_name`,
  );
}

function labelsOf({ root }: Image): Set<string> {
  const labels = new Set<string>();
  for (const { label } of root) if (label !== undefined) labels.add(label);
  return labels;
}

/** Widths of the columns before the name: offset, type and length. */
const WIDTHS = [10, 5, 8] as const;

function nameOf({ record, node }: ListedRecord): string {
  return node?.label === undefined ? record.name : `${record.name} ${node.label}`;
}

/** The line of a record on a terminal, whose width it does not exceed. */
function line(image: Image, listed: ListedRecord, colors: Colors, width: number): string {
  const { offset, type, length } = listed.record;
  const name = nameOf(listed);
  const head = `${[offset, type, length].map((number, i) => String(number).padStart(WIDTHS[i] as number)).join(" ")}  `;
  const text = summaryOf(image, listed);
  const room = width - head.length - name.length - 2;
  const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
  return `${colors.dim(head)}${colors.bold(name)}${shown === "" ? "" : `  ${shown}`}`;
}

/** Returns a writer of whole lines, which needs no object per record. */
function lineWriter(image: Image): (out: TextBuffer, listed: ListedRecord) => void {
  const summaries = new SummaryWriter(image);
  const names = new Map<Role, Uint8Array>();
  const writeName = (out: TextBuffer, listed: ListedRecord) => {
    const { node, record } = listed;
    // Records of unknown types share a role, and have different names.
    if (!node || !record.kind) {
      out.text(nameOf(listed));
      return;
    }
    const role = image.table.roleOf(node.index);
    let name = names.get(role);
    if (!name) {
      name = utf8(nameOf(listed));
      names.set(role, name);
    }
    out.copy(name);
  };
  return (out, listed) => {
    const { offset, type, length } = listed.record;
    out.reserve(100);
    out.decimalRight(offset, WIDTHS[0]);
    out.byte(SPACE);
    out.decimalRight(type, WIDTHS[1]);
    out.byte(SPACE);
    out.decimalRight(length, WIDTHS[2]);
    out.copy(GAP);
    writeName(out, listed);
    out.reserve(GAP.length);
    out.copy(GAP);
    const { used } = out;
    summaries.write(out, listed);
    if (out.used === used) out.used -= GAP.length;
  };
}

const SPACE = 0x20;
const GAP = utf8("  ");

function jsonLine(image: Image, listed: ListedRecord): string {
  const { record, node } = listed;
  const fields = Object.fromEntries(
    recordFields(image, listed)
      .filter(({ path }) => path !== "")
      .map(({ path, value }) => [path, jsonValue(value)]),
  );
  return jsonText({
    offset: record.offset,
    type: record.type,
    name: record.name,
    len: record.length,
    ...(node?.label !== undefined && { label: node.label }),
    ...(record.rawLength > 0 && { raw: record.rawLength }),
    in: placeOfNode(node),
    fields,
    ...payloadJson(image, listed),
  });
}

/** Length of the payload, and its text if it is a text. */
function payloadJson({ source }: Image, listed: ListedRecord) {
  const { start, end } = listed.record.payload;
  if (start === end) return {};
  if (!holdsText(listed)) return { payload: end - start };
  const text = decodeEscaped(windowBytes(source, start, Math.min(end - start, MAX_HEX_BYTES)));
  return { payload: end - start, text: withoutNuls(text) };
}

/** Omits the NUL bytes that fill an array; others are kept. */
function withoutNuls(text: string): string {
  return text.replace(/\0+$/, "");
}

function jsonValue(value: RecordField["value"]): unknown {
  if (typeof value === "string") return withoutNuls(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(jsonValue) : value;
}

/** Number of bytes on a line of the hex view. */
const ROW = 16;
/** Maximum number of bytes of a payload that the hex view shows. */
const MAX_HEX_BYTES = 4096;

function hexView(image: Image, listed: ListedRecord, colors: Colors): string {
  const { record, node } = listed;
  const title = `${record.title}${node?.label === undefined ? "" : ` ${node.label}`}, ${record.length} bytes at offset ${record.offset}`;
  const lines = [colors.bold(title)];
  const show = (range: ByteRange, name: string, value: string) => {
    const bytes = windowBytes(image.source, range.start, Math.min(range.end - range.start, MAX_HEX_BYTES)).slice();
    for (let at = 0; at < bytes.length || at === 0; at += ROW) {
      const row = hexPairs(bytes.subarray(at, at + ROW));
      const text = at === 0 ? `${name}${value === "" ? "" : ` = ${oneLine(value)}`}` : "";
      lines.push(`${colors.dim(String(range.start + at).padStart(10))}  ${row.padEnd(ROW * 3 - 1)}  ${text}`.trimEnd());
    }
    if (range.end - range.start > MAX_HEX_BYTES)
      lines.push(`${"".padStart(10)}  ${range.end - range.start - MAX_HEX_BYTES} more bytes`);
  };
  show({ start: record.offset, end: record.offset + HEADER_SIZE }, "h", `{type ${record.type}, len ${record.length}}`);
  let covered = record.offset + HEADER_SIZE;
  for (const field of recordFields(image, listed)) {
    const start = record.offset + field.offset;
    if (start > covered) show({ start: covered, end: start }, "(padding)", "");
    const end = start + field.size;
    show({ start, end }, field.path === "" ? "(padding)" : field.path, valueText(image.format.abi, field));
    // Members of a union overlap, and the last one need not be the longest.
    covered = Math.max(covered, end);
  }
  if (covered < record.end)
    show({ start: covered, end: record.end }, `(${node?.label ?? "payload"})`, payloadSummary(image, listed));
  if (record.rawLength > 0) show(record.raw, "(after the record)", "");
  return `${lines.join("\n")}\n\n`;
}
