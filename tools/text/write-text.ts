/** Converts an image to text. */

import type { PayloadEntry } from "../../runtime/index.js";
import { ImageError } from "../errors/image-error.js";
import type { Image } from "../image/image.js";
import { type ImageRecord, readRecord } from "../image/record/records.js";
import { TextBuffer } from "../text-buffer.js";
import { utf8, utf8Text } from "../utf8.js";
import { type BytesKeeper, INLINE } from "./bytes.js";
import { line } from "./line.js";
import { LineWriter } from "./lines/line-writer.js";
import { CLOSE, OPEN, RECORDS } from "./lines/pieces.js";
import { FORMAT } from "./record-node.js";
import { Shapes } from "./shapes.js";
import { RecordWriter } from "./write-record.js";

/** Default limit in bytes up to which memory is stored in the text. */
export const MAX_INLINE_BYTES = 64 * 1024 * 1024;
/** Maximum length in bytes of a record that is stored in the text as a whole. */
export const MAX_INLINE_RECORD_BYTES = 128 * 1024 * 1024;

/** Shorter records count as values, not memory. */
const MIN_MEMORY_BYTES = 4096;

/** Number of bytes of an image that would be stored in the text unconverted. */
export interface InlineNeed {
  readonly total: number;
  readonly longest: number;
}

export function inlineNeed(image: Image): InlineNeed {
  let total = 0;
  let longest = 0;
  const add = (length: number) => {
    total += length;
    longest = Math.max(longest, length);
  };
  let end = 0;
  const { table, size } = image;
  for (let row = 0; row < size; row++) {
    const record = table.recordOf(row);
    if (!record) continue;
    if (record.next - record.offset > MIN_MEMORY_BYTES) add(record.next - record.offset);
    end = record.next;
  }
  // Bytes that the grammar does not explain are kept unchanged.
  if (end < image.source.size) add(image.source.size - end);
  return { total, longest };
}

export interface WriteTextOptions {
  /** Stores bytes that are too long for the text; by default all are stored in the text. */
  readonly keeper?: BytesKeeper;
}

/**
 * The text of an image in pieces. Together they are a JSON document with a line per record, from which `encodeText` restores the image byte for byte.
 */
export function* writeText(image: Image, options: WriteTextOptions = {}): Generator<string, void, void> {
  for (const bytes of textBytes(image, options)) yield utf8Text(bytes);
}

/** The text of an image in pieces of UTF-8, as {@link writeText} gives it. A piece is valid until the next is requested. */
export function* textBytes(
  image: Image,
  { keeper = INLINE }: WriteTextOptions = {},
): Generator<Uint8Array, void, void> {
  const writer = new TextWriter(image, keeper);
  writer.begin();
  yield* writer.explained();
  yield* writer.unexplained();
  writer.end();
  yield writer.take();
}

interface OpenNode {
  /** Index after its last descendant. */
  readonly end: number;
  /** The innermost object that contains it. */
  readonly owner: string;
}

/** Size in bytes from which a piece of the text is passed on. */
const PIECE_BYTES = 256 * 1024;

/** The least deep indent that is not remembered. */
const MAX_REMEMBERED_DEPTH = 64;
const INDENTS = Array.from({ length: MAX_REMEMBERED_DEPTH }, (_, depth) => utf8(`\n${"  ".repeat(depth)}`));
const COMMA = utf8(",");
const END = utf8("]}");

class TextWriter {
  private readonly out = new TextBuffer();
  private readonly records: RecordWriter;
  private readonly lines: LineWriter;
  /** Text of nodes before their records, for rules without a record. */
  private readonly heads = new Map<string, Uint8Array>();
  /** The open rules and objects, outermost first. */
  private readonly open: OpenNode[] = [];
  /** Whether the open array already has a node. */
  private follows = false;
  /** Offset of the end of the last record. */
  private offset = 0;

  constructor(
    private readonly image: Image,
    private readonly keeper: BytesKeeper,
  ) {
    const shapes = new Shapes(image.format);
    this.records = new RecordWriter(image.source, shapes, keeper);
    this.lines = new LineWriter(image.source, shapes);
  }

  begin(): void {
    const { abi, pageSize } = this.image.format;
    this.out.text(
      `{\n"format": ${JSON.stringify(FORMAT)},\n"abi": ${JSON.stringify(abi.name)},\n"page_size": ${pageSize},\n"records": [`,
    );
  }

  /** Everything that the grammar explains. */
  *explained(): Generator<Uint8Array, void, void> {
    const { table, size } = this.image;
    for (let row = 1; row < size; row++) {
      this.closeBefore(row);
      const role = table.roleOf(row);
      if (role.rule === undefined)
        this.leaf(table.recordOf(row) as ImageRecord, role.step?.entry.as, role.step?.entry.contains);
      else if (role.object) this.object(role.rule, row);
      else this.rule(role.rule, role.step?.entry.as, row);
      if (this.out.used >= PIECE_BYTES) yield this.take();
    }
    this.closeBefore(Number.POSITIVE_INFINITY);
  }

  /** After damage: records in any order, as long as their types are known; then the remaining bytes. */
  *unexplained(): Generator<Uint8Array, void, void> {
    const { source, problems, end } = this.image;
    let record = this.nextRecord();
    if (record) {
      const problem = end === "damaged" ? problems.at(-1)?.message : undefined;
      const open = { end: Number.POSITIVE_INFINITY, owner: this.owner };
      this.before();
      this.out.text(line({ rule: "damaged", ...(problem !== undefined && { problem }) }).slice(0, -CLOSE.length));
      this.head(open);
      for (; record; record = this.nextRecord()) {
        this.leaf(record, undefined, undefined);
        if (this.out.used >= PIECE_BYTES) yield this.take();
      }
      this.closeBefore(Number.POSITIVE_INFINITY);
    }
    this.out.text("\n]");
    if (this.offset >= source.size) return;
    const rest = this.keeper.keep(source, this.offset, source.size, false, "remainder");
    this.out.text(`,\n"remainder": ${line(rest)}`);
  }

  end(): void {
    this.out.text("\n}\n");
  }

  /** The text since the last call, valid until something is appended. */
  take(): Uint8Array {
    const { bytes, used } = this.out;
    this.out.clear();
    return bytes.subarray(0, used);
  }

  private nextRecord(): ImageRecord | undefined {
    const { format, source } = this.image;
    if (this.offset >= source.size) return undefined;
    try {
      const record = readRecord(format, source, this.offset);
      return record.kind ? record : undefined;
    } catch (error) {
      if (error instanceof ImageError) return undefined;
      throw error;
    }
  }

  private leaf(record: ImageRecord, label: string | undefined, contains: PayloadEntry | undefined): void {
    this.before();
    this.out.copy(OPEN);
    this.members(record, label, contains);
    this.out.reserve(CLOSE.length);
    this.out.copy(CLOSE);
    this.follows = true;
  }

  /** Begins a shared object, which has the record of its number. */
  private object(type: string, row: number): void {
    const { table } = this.image;
    this.before();
    this.out.text(`{ "rule": ${JSON.stringify(type)}, `);
    this.members(table.recordOf(row) as ImageRecord, undefined, undefined);
    this.head({ end: table.end(row), owner: `${type}-${table.objrefOf(row)}` });
  }

  private rule(rule: string, label: string | undefined, row: number): void {
    const key = `${rule} ${label ?? ""}`;
    let head = this.heads.get(key);
    if (!head) {
      head = utf8(line({ rule, ...(label !== undefined && { as: label }) }).slice(0, -CLOSE.length));
      this.heads.set(key, head);
    }
    this.before();
    this.out.reserve(head.length);
    this.out.copy(head);
    this.head({ end: this.image.table.end(row), owner: this.owner });
  }

  /** Begins the child nodes of a node. */
  private head(open: OpenNode): void {
    this.out.reserve(RECORDS.length);
    this.out.copy(RECORDS);
    this.open.push(open);
    this.follows = false;
  }

  /** Writes the members of a record without braces. */
  private members(record: ImageRecord, label: string | undefined, contains: PayloadEntry | undefined): void {
    this.offset = record.next;
    if (this.lines.write(this.out, record, { label, contains })) return;
    const place = { contains, label, elementSize: record.elementSize, owner: this.owner };
    this.out.text(line(this.records.show(record, place)).slice(OPEN.length, -CLOSE.length));
  }

  /** Ends the open nodes that do not contain a node with that index. */
  private closeBefore(index: number): void {
    while (this.open.length > 0 && (this.open.at(-1) as OpenNode).end <= index) {
      this.open.pop();
      if (this.follows) this.indent();
      this.out.reserve(END.length);
      this.out.copy(END);
      this.follows = true;
    }
  }

  /** Begins the line of a node. */
  private before(): void {
    this.out.reserve(COMMA.length + OPEN.length);
    if (this.follows) this.out.copy(COMMA);
    this.indent();
    this.out.reserve(OPEN.length);
  }

  private indent(): void {
    const depth = this.open.length + 1;
    const indent = INDENTS[depth] ?? utf8(`\n${"  ".repeat(depth)}`);
    this.out.reserve(indent.length);
    this.out.copy(indent);
  }

  private get owner(): string {
    return this.open.at(-1)?.owner ?? "image";
  }
}
