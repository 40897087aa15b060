/** The contents of records as one line of text each, written straight from their bytes. */

import { type BoundStruct, type Member, membersOf, readMember } from "../../runtime/index.js";
import { escapeControls } from "../control-characters.js";
import { senseIn } from "../image/abi/cases.js";
import { HEADER_SIZE, type ImageFormat } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import { MAX_TEXT_BYTES, NumberWriter } from "../number-writer.js";
import { TextBuffer } from "../text-buffer.js";
import { utf8 } from "../utf8.js";
import { type ListedRecord, MAX_DECODED_BYTES, payloadSummary } from "./listing.js";
import { MAX_SHOWN_ELEMENTS, moreText, namedNumberText, unmeantText, usualNotation, valueText } from "./value-text.js";

const SPACE = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The contents of a record as one line of text. What could control a terminal in it is escaped. */
export function summaryOf(image: Image, listed: ListedRecord): string {
  const writer = writers.get(image) ?? new SummaryWriter(image);
  writers.set(image, writer);
  const out = new TextBuffer(FIRST_CAPACITY);
  writer.write(out, listed);
  return out.toString();
}

const writers = new WeakMap<Image, SummaryWriter>();

/** Bytes that suffice for most summaries. */
const FIRST_CAPACITY = 2 * 1024;

/** Writes summaries of the records of an image. How a struct is written is determined once. */
export class SummaryWriter {
  private readonly structs = new Map<BoundStruct, StructSummary>();

  constructor(private readonly image: Image) {}

  write(out: TextBuffer, listed: ListedRecord): void {
    const { image } = this;
    const { record } = listed;
    const start = out.used;
    if (record.kind) {
      const length = Math.min(record.length, MAX_DECODED_BYTES);
      const at = image.source.window(record.offset, length);
      const { view } = image.source;
      const struct = record.kind.structOf(view, at, length);
      if (struct) this.of(struct).write(out, view, at, at + length);
    }
    if (record.payloadLength > 0) addPart(out, start, payloadSummary(image, listed));
    if (record.rawLength > 0) addPart(out, start, `${record.rawLength} bytes after the record`);
  }

  private of(struct: BoundStruct): StructSummary {
    let summary = this.structs.get(struct);
    if (!summary) {
      summary = new StructSummary(this.image.format, struct);
      this.structs.set(struct, summary);
    }
    return summary;
  }
}

function addPart(out: TextBuffer, start: number, text: string): void {
  out.text(`${out.used > start ? " " : ""}${escapeControls(text)}`);
}

/** A member as it is written. */
interface Step {
  readonly member: Member;
  /** The path and `=`. */
  readonly key: Uint8Array;
  write(out: TextBuffer, view: DataView, at: number): void;
}

/** The fields of a struct, except for its header and reserved fields. */
class StructSummary {
  private readonly steps: readonly Step[];
  private readonly hasCases: boolean;

  constructor(
    private readonly format: ImageFormat,
    private readonly struct: BoundStruct,
  ) {
    this.steps = membersOf(struct)
      .plain.filter(({ offset, meaning }) => offset >= HEADER_SIZE && meaning.reserved !== true)
      .map((member) => ({ member, key: utf8(`${member.cPath}=`), write: this.writerOf(member) }));
    this.hasCases = struct.entry.descriptor.cases !== undefined;
  }

  /** Writes the fields that end before `end`. */
  write(out: TextBuffer, view: DataView, at: number, end: number): void {
    const sense = this.hasCases ? senseIn(this.struct, view, at, end) : undefined;
    const start = out.used;
    for (const { member, key, write } of this.steps) {
      const offset = at + member.offset;
      if (offset >= end) return;
      if (offset + member.size > end) continue;
      const unmeant = sense?.(member);
      if (unmeant === "overlaid") continue;
      out.reserve(key.length + MAX_TEXT_BYTES + 1);
      if (out.used > start) out.byte(SPACE);
      out.copy(key);
      write(out, view, offset);
      if (unmeant) out.text(unmeantText(unmeant));
    }
  }

  private writerOf(member: Member): Step["write"] {
    const { dims, type, length = 1, meaning } = member;
    if (!dims) return this.numberWriter(member);
    if (type === "char" || meaning.format === "mac" || meaning.format === "ipv6") return this.textWriter(member);
    const { size = 0 } = member.width ?? {};
    const number = this.numberWriter(member);
    return (out, view, at) => {
      out.byte(OPEN);
      for (let i = 0; i < Math.min(length, MAX_SHOWN_ELEMENTS); i++) {
        out.reserve(MAX_TEXT_BYTES + 2);
        if (i > 0) out.byte(SPACE);
        number(out, view, at + i * size);
      }
      out.text(moreText(length));
      out.reserve(1);
      out.byte(CLOSE);
    };
  }

  private numberWriter({ width, meaning }: Member): Step["write"] {
    const { abi, littleEndian } = this.format;
    if (!width) return () => {};
    const show = (value: number | bigint) => namedNumberText(abi, value, meaning, width.size);
    const number = new NumberWriter({ usual: usualNotation(meaning), show }, width, littleEndian);
    return (out, view, at) => {
      if (!number.write(out, view, at)) out.text(show(width.read(view, at, littleEndian)));
    };
  }

  private textWriter(member: Member): Step["write"] {
    const { abi, littleEndian } = this.format;
    const { cPath, offset, size, meaning } = member;
    return (out, view, at) => {
      const value = readMember(member, view, at - offset, littleEndian);
      out.text(escapeControls(valueText(abi, { path: cPath, offset, size, value, meaning })));
    };
  }
}
