/** Writes records in the line form: the text that `line` gives of the node of a record, without making the node. */

import type { PayloadEntry } from "../../../runtime/index.js";
import { HEADER_SIZE } from "../../image/abi/format.js";
import type { ImageSource } from "../../image/bytes/source.js";
import type { ImageRecord } from "../../image/record/records.js";
import type { TextBuffer } from "../../text-buffer.js";
import { utf8 } from "../../utf8.js";
import type { Shapes } from "../shapes.js";
import { writePlain } from "./byte-lines.js";
import { isZero } from "./line-form.js";
import { isLossless, Lines, type RecordLine, type SizedLine } from "./lines.js";
import { CLOSE, COMMA, ELEMENTS, FIELDS, OPEN, SIZE, UNTERMINATED } from "./pieces.js";
import { writeElements } from "./struct-line.js";

/** Maximum length in bytes of a record that is written here. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Labels of records with a payload form of their own. */
const OWN_FORMS: ReadonlySet<string> = new Set(["page_batch", "pid_table", "huge_page"]);

const TEXT = utf8(', "text": ');

/** Where records are in the grammar. */
export interface LinePlace {
  readonly label: string | undefined;
  readonly contains: PayloadEntry | undefined;
}

export class LineWriter {
  private readonly lines: Lines;
  /** Text of a record before its fields, by its parts. */
  private readonly heads = new Map<string, Uint8Array>();

  constructor(
    private readonly source: ImageSource,
    shapes: Shapes,
  ) {
    this.lines = new Lines(shapes);
  }

  /**
   * Appends the members of the node of a record, without braces around them.
   *
   * @returns whether the record has the line form and the text is lossless; if not, nothing was appended
   */
  write(out: TextBuffer, record: ImageRecord, place: LinePlace): boolean {
    const start = out.used;
    if (this.writeMembers(out, record, place)) return true;
    out.used = start;
    return false;
  }

  private writeMembers(out: TextBuffer, record: ImageRecord, { label, contains }: LinePlace): boolean {
    const { kind, offset, length } = record;
    if (!kind || kind.opaque || record.rawLength > 0 || length > MAX_LINE_BYTES) return false;
    if (label !== undefined && OWN_FORMS.has(label)) return false;
    const { source } = this;
    const at = source.window(offset, length);
    const { view } = source;
    const struct = kind.structOf(view, at, length);
    const line = struct && this.lines.record(struct);
    if (struct && !line) return false;
    let end = HEADER_SIZE;
    out.reserve(MAX_HEAD_BYTES + (line?.own.line.longest ?? 0));
    out.copy(this.head(kind.name, label, struct === kind.struct ? undefined : struct?.name));
    if (line) {
      const size = this.writeFields(out, line, view, at, length);
      if (size < 0) return false;
      end = size;
    }
    if (end === length && !kind.payload) return true;
    if (end > length) return false;
    const form = contains ?? kind.payload;
    if (form?.kind === "text") return writeText(out, view, at + end, length - end, form.length !== undefined);
    if (form?.of === undefined || record.elementSize !== undefined) return false;
    const element = this.lines.element(form.of);
    if (!element || (length - end) % element.size !== 0) return false;
    if (form.of !== kind.payload?.of) out.text(`, "of": ${JSON.stringify(form.of)}`);
    out.reserve(ELEMENTS.length);
    out.copy(ELEMENTS);
    return writeLossless(out, element, (length - end) / element.size, view, at + end);
  }

  /**
   * Writes the fields of a record, and the elements of its flexible array.
   *
   * @returns bytes of the struct and its flexible array; negative if they do not have the line form
   */
  private writeFields(out: TextBuffer, line: RecordLine, view: DataView, at: number, length: number): number {
    const { own, hasFields, tail } = line;
    if (own.size > length || !isLossless(own, view, at)) return -1;
    if (!hasFields) return own.size;
    out.copy(FIELDS);
    if (!tail) return own.line.write(out, view, at) ? own.size : -1;
    const count = tail.place.announced(view, at);
    const size = own.size + count * tail.element.size;
    if (!(count >= 0 && size <= length)) return -1;
    out.copy(OPEN);
    const start = out.used;
    if (!own.line.writeMembers(out, view, at)) return -1;
    out.reserve(tail.key.length + COMMA.length);
    if (out.used > start) out.copy(COMMA);
    out.copy(tail.key);
    const begin = at + tail.place.member.offset;
    if (!isZero(view, begin + count * tail.element.size, at + size)) return -1;
    if (!writeLossless(out, tail.element, count, view, begin)) return -1;
    out.reserve(CLOSE.length);
    out.copy(CLOSE);
    return size;
  }

  private head(name: string, label: string | undefined, struct: string | undefined): Uint8Array {
    const key = `${name} ${label ?? ""} ${struct ?? ""}`;
    let head = this.heads.get(key);
    if (!head) {
      const as = label === undefined ? "" : `, "as": ${JSON.stringify(label)}`;
      const text = struct === undefined ? "" : `, "struct": ${JSON.stringify(struct)}`;
      head = utf8(`"record": ${JSON.stringify(name)}${as}${text}`);
      this.heads.set(key, head);
    }
    return head;
  }
}

/** Bytes for what {@link LineWriter.write} appends before the fields. */
const MAX_HEAD_BYTES = 1024;

function writeLossless(out: TextBuffer, element: SizedLine, count: number, view: DataView, at: number): boolean {
  for (let i = 0; i < count; i++) if (!isLossless(element, view, at + i * element.size)) return false;
  return writeElements(element, count, out, view, at);
}

/** @param isFixed whether the length is that of the array that contains the text */
function writeText(out: TextBuffer, view: DataView, at: number, length: number, isFixed: boolean): boolean {
  let end = length;
  while (end > 0 && view.getUint8(at + end - 1) === 0) end--;
  out.reserve(end + TEXT.length + SIZE.length + UNTERMINATED.length + MAX_HEAD_BYTES);
  out.copy(TEXT);
  if (!writePlain(out, view, at, end)) return false;
  const nuls = length - end;
  if (isFixed || nuls > 1) {
    out.copy(SIZE);
    out.decimal(length);
  } else if (nuls === 0) out.copy(UNTERMINATED);
  return true;
}
