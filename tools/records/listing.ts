/** The records of an image in order, as far as they can be framed: those that the grammar explains, and those after damage. */
import { type BoundStruct, decodeEscaped } from "../../runtime/index.js";
import { ImageError } from "../errors/image-error.js";
import { HEADER_SIZE } from "../image/abi/format.js";
import { windowBytes } from "../image/bytes/source.js";
import { hexPairs } from "../image/hex.js";
import type { Image } from "../image/image.js";
import { elementPlaces } from "../image/record/elements.js";
import { type ImageRecord, records } from "../image/record/records.js";
import type { TreeNode } from "../image/tree.js";
import { elementFields, fieldsOfStruct, type RecordField, tailFields } from "./fields.js";
import { textUpToNul } from "./value-text.js";

/** A record with its node in the grammar; without one after the grammar gave up. */
export interface ListedRecord {
  readonly record: ImageRecord;
  readonly node: TreeNode | undefined;
}

/**
 * All records of an image in order, each with its node in the grammar.
 *
 * @throws {ImageError} at the damage of the framing, after all records before it were yielded
 */
export function* listRecords(image: Image): Generator<ListedRecord, void, void> {
  let next = 0;
  for (const node of image.root) {
    const { record } = node;
    if (!record) continue;
    yield { record, node };
    next = record.next;
  }
  for (const record of records(image.format, image.source, next)) yield { record, node: undefined };
}

/** The record that contains the byte at `offset`; bytes after it that its length does not count are included. */
export function recordAt(image: Image, offset: number): ListedRecord | undefined {
  for (const listed of listRecords(image))
    if (offset < listed.record.next) return offset >= listed.record.offset ? listed : undefined;
  return undefined;
}

/** Names of the rules and objects around a record, outermost first, e.g. `image`, `task`, `MM 7`. */
export function placeOfNode(node: TreeNode | undefined): string[] {
  const names: string[] = [];
  for (let around = node?.parent; around; around = around.parent) {
    const { object, rule } = around;
    names.unshift(object ? `${object.type} ${object.objref}` : (rule ?? ""));
  }
  return names;
}

/** Number of bytes of a payload that a summary is made from. */
const SUMMARY_BYTES = 128;

/** Maximum number of bytes of a record that are split into fields; no record of a kernel has more of them. */
export const MAX_DECODED_BYTES = 1024 * 1024;

/** The fields of the struct of a record, without its header; empty for a record without a struct. */
export function structFields(image: Image, record: ImageRecord): RecordField[] {
  const window = windowOf(image, record);
  return window ? [...fieldsOfStruct(image.format, window.struct, window.view)].filter(isBehindHeader) : [];
}

/** All fields of a record without its header: those of its struct, of its flexible array, and of its payload elements. */
export function recordFields(image: Image, listed: ListedRecord): RecordField[] {
  const { record, node } = listed;
  const { format } = image;
  const window = windowOf(image, record);
  const fields = window
    ? [...fieldsOfStruct(format, window.struct, window.view), ...tailFields(format, window.struct, window.view)]
    : [];
  const places = elementPlaces(format, record, contentsOf(listed));
  if (places) {
    const view = viewOf(image, record);
    const name = node?.label ?? "payload";
    const { of, start, size } = places;
    fields.push(...elementFields(format, { type: of, name, size }, view, start - record.offset));
  }
  return fields.filter(isBehindHeader);
}

function isBehindHeader({ offset }: RecordField): boolean {
  return offset >= HEADER_SIZE;
}

function windowOf(image: Image, record: ImageRecord): { struct: BoundStruct; view: DataView } | undefined {
  if (!record.kind) return undefined;
  const view = viewOf(image, record);
  const struct = record.kind.structOf(view, 0, view.byteLength);
  return struct && { struct, view };
}

function viewOf({ source }: Image, { offset, length }: ImageRecord): DataView {
  const bytes = windowBytes(source, offset, Math.min(length, MAX_DECODED_BYTES));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The payload as a short text: its text, or its length and first bytes. */
export function payloadSummary({ source }: Image, listed: ListedRecord): string {
  const { record, node } = listed;
  const { start, end } = record.payload;
  if (start === end) return "";
  const glance = windowBytes(source, start, Math.min(end - start, SUMMARY_BYTES)).slice();
  if (holdsText(listed) || isPrintable(glance)) {
    const text = decodeEscaped(glance);
    // The NUL before the text only helps to find a message from the end of the file.
    return textUpToNul(isMessage(node) ? text.replace(/^\0/, "") : text) + (end - start > SUMMARY_BYTES ? "…" : "");
  }
  const contains = contentsOf(listed);
  const what = contains?.kind === "array" && contains.of !== undefined ? ` of ${contains.of}` : "";
  const bytes = hexPairs(glance.subarray(0, 8));
  return `${end - start} bytes${what}: ${bytes}${end - start > 8 ? " …" : ""}`;
}

/** Whether the payload of a record is a text, according to its place in the grammar. */
export function holdsText(listed: ListedRecord): boolean {
  return contentsOf(listed)?.kind === "text" || isMessage(listed.node);
}

function contentsOf({ record, node }: ListedRecord) {
  return node?.contains ?? record.kind?.payload;
}

/** Whether a node is the message of a writer that gave up, whose payload has a NUL before the text. */
function isMessage(node: TreeNode | undefined): boolean {
  return node?.label === "message" && node.parent?.rule === "error";
}

/** Whether bytes are printable text; a NUL may be at either end. */
function isPrintable(bytes: Uint8Array): boolean {
  const text = bytes.subarray(bytes[0] === 0 ? 1 : 0);
  const end = text.indexOf(0);
  const shown = end < 0 ? text : text.subarray(0, end);
  return shown.length > 3 && shown.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x09);
}

/** Whether an error is damage of an image, as opposed to a bug. */
export function isDamage(error: unknown): error is ImageError {
  return error instanceof ImageError;
}
