/**
 * Reads nodes in the line form: the image's bytes from the text, without the JSON in between. Any other text is left to the reader of JSON, so only the
 * form in which the writer gives it is known here.
 */

import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../../image/abi/format.js";
import { utf8 } from "../../utf8.js";
import type { Shapes } from "../shapes.js";
import { plainEnd } from "./byte-lines.js";
import { ByteMap } from "./byte-map.js";
import { after, OTHER } from "./line-form.js";
import { MAX_LINE_BYTES } from "./line-writer.js";
import { Lines, type RecordLine } from "./lines.js";
import { CLOSE, COMMA, ELEMENTS, FIELDS, OPEN, RECORDS, SIZE, UNTERMINATED } from "./pieces.js";
import { readElements } from "./struct-line.js";

/** Bytes of the image that are collected before they are passed on. */
const CHUNK_BYTES = 256 * 1024;

const RULE = utf8('"rule": "');
const RECORD = utf8('"record": "');
const AS = utf8(', "as": "');
const STRUCT = utf8(', "struct": "');
const TEXT = utf8(', "text": "');
const OF = utf8(', "of": "');

const kinds = new WeakMap<ImageFormat, ByteMap<RecordKind>>();

/** The record types of an ABI by name; made once, because a text may be short, and read often. */
function kindsOf(format: ImageFormat): ByteMap<RecordKind> {
  let known = kinds.get(format);
  if (!known) {
    known = new ByteMap();
    for (const kind of format.kinds.values()) known.set(utf8(kind.name), kind);
    kinds.set(format, known);
  }
  return known;
}

export class LineReader {
  private readonly lines: Lines;
  /** It grows with the text, because a text may be short, and has room for a line after the bytes in use. */
  private chunk = new Uint8Array(MAX_LINE_BYTES);
  private view = new DataView(this.chunk.buffer);
  private readonly kinds: ByteMap<RecordKind>;
  private readonly littleEndian: boolean;
  /** Bytes of the image in the chunk. */
  private used = 0;
  /** Whether the last node that was read has child nodes. */
  hasNodes = false;

  constructor(private readonly shapes: Shapes) {
    this.lines = new Lines(shapes);
    this.littleEndian = shapes.format.littleEndian;
    this.kinds = kindsOf(shapes.format);
  }

  /** Whether {@link take} has to be called before the next node. */
  get isFull(): boolean {
    return this.used >= CHUNK_BYTES;
  }

  /** The bytes of the nodes since the last call, valid until the next node. */
  take(): Uint8Array {
    const { used } = this;
    this.used = 0;
    return this.chunk.subarray(0, used);
  }

  /**
   * Reads the node at `from`; of a node with child nodes, the part before them.
   *
   * @returns the offset after it; {@link OTHER} if it does not have the line form
   */
  read(text: Uint8Array, from: number): number {
    if (this.used + MAX_LINE_BYTES > this.chunk.length) this.grow();
    let at = after(OPEN, text, from);
    if (at === OTHER) return OTHER;
    const rule = after(RULE, text, at);
    if (rule !== OTHER) {
      at = nameEnd(text, rule);
      if (at === OTHER) return OTHER;
      const comma = after(COMMA, text, at);
      if (comma === OTHER || after(RECORD, text, comma) === OTHER) return this.readRule(text, at);
      at = comma;
    }
    at = after(RECORD, text, at);
    if (at === OTHER) return OTHER;
    const length = this.readRecord(text, at);
    if (length === OTHER) return OTHER;
    const close = after(CLOSE, text, this.end);
    const end = close === OTHER ? after(RECORDS, text, this.end) : close;
    if (end === OTHER) return OTHER;
    this.used += length;
    this.hasNodes = close === OTHER;
    return end;
  }

  private grow(): void {
    const needed = this.used + MAX_LINE_BYTES;
    const larger = new Uint8Array(Math.max(needed, Math.min(4 * this.chunk.length, CHUNK_BYTES + MAX_LINE_BYTES)));
    larger.set(this.chunk.subarray(0, this.used));
    this.chunk = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Reads the rest of a rule without a record. */
  private readRule(text: Uint8Array, from: number): number {
    const as = after(AS, text, from);
    const at = as === OTHER ? from : nameEnd(text, as);
    this.hasNodes = true;
    return at === OTHER ? OTHER : after(RECORDS, text, at);
  }

  /** Offset after the record that was read. */
  private end = 0;

  /**
   * Reads a record into the chunk and sets {@link end}.
   *
   * @param from offset of its name
   * @returns bytes of the record, or {@link OTHER}
   */
  private readRecord(text: Uint8Array, from: number): number {
    let at = nameEnd(text, from);
    const kind = at === OTHER ? undefined : this.kinds.get(text, from, at - 1);
    if (!kind || kind.opaque) return OTHER;
    const as = after(AS, text, at);
    if (as !== OTHER) at = nameEnd(text, as);
    if (at === OTHER) return OTHER;
    let { struct } = kind;
    const named = after(STRUCT, text, at);
    if (named !== OTHER) {
      at = nameEnd(text, named);
      struct = at === OTHER ? undefined : this.shapes.named(nameAt(text, named, at));
      if (!struct) return OTHER;
    }
    const line = struct && this.lines.record(struct);
    if (struct && (!line || line.own.size > MAX_LINE_BYTES)) return OTHER;
    const start = this.used;
    this.chunk.fill(0, start, start + (line?.own.size ?? HEADER_SIZE));
    let length = HEADER_SIZE;
    if (line) {
      length = this.readFields(text, at, line);
      if (length === OTHER) return OTHER;
      at = this.end;
    }
    this.end = at;
    const payload = this.readPayload(text, at, kind.payload?.of, start + length);
    if (payload === OTHER) return OTHER;
    length += payload;
    this.view.setUint32(start, kind.number, this.littleEndian);
    this.view.setUint32(start + 4, length, this.littleEndian);
    return length;
  }

  /**
   * Reads the fields of a record, and the elements of its flexible array.
   *
   * @returns bytes of the struct and its flexible array, or {@link OTHER}
   */
  private readFields(text: Uint8Array, from: number, { own, hasFields, tail }: RecordLine): number {
    this.end = from;
    if (!hasFields) return own.size;
    const { used, view } = this;
    let at = after(FIELDS, text, from);
    if (at === OTHER) return OTHER;
    if (!tail) {
      this.end = own.line.read(text, at, view, used);
      return this.end === OTHER ? OTHER : own.size;
    }
    const begin = after(OPEN, text, at);
    if (begin === OTHER) return OTHER;
    at = own.line.readMembers(text, begin, view, used);
    if (at > begin) at = after(COMMA, text, at);
    if (at !== OTHER) at = after(tail.key, text, at);
    if (at === OTHER) return OTHER;
    this.chunk.fill(0, used + own.size, used + MAX_LINE_BYTES);
    const first = used + tail.place.member.offset;
    const elements = readElements(tail.element, text, at, view, first, MAX_LINE_BYTES - own.size);
    this.end = elements ? after(CLOSE, text, elements.end) : OTHER;
    return elements && this.end !== OTHER ? own.size + elements.count * tail.element.size : OTHER;
  }

  /**
   * Reads the payload after {@link end}, if there is one.
   *
   * @param own type of the elements according to the record type
   * @returns bytes of the payload, or {@link OTHER}
   */
  private readPayload(text: Uint8Array, from: number, own: string | undefined, to: number): number {
    const begin = after(TEXT, text, from);
    if (begin !== OTHER) return this.readText(text, begin, to);
    let of = own;
    let at = after(OF, text, from);
    if (at === OTHER) at = from;
    else {
      const start = at;
      at = nameEnd(text, start);
      if (at === OTHER) return OTHER;
      of = nameAt(text, start, at);
    }
    const elements = after(ELEMENTS, text, at);
    if (elements === OTHER) return at === from ? 0 : OTHER;
    const element = of === undefined ? undefined : this.lines.element(of);
    const room = this.used + MAX_LINE_BYTES - to;
    if (!element || room <= 0) return OTHER;
    this.chunk.fill(0, to, to + room);
    const read = readElements(element, text, elements, this.view, to, room);
    if (!read) return OTHER;
    this.end = read.end;
    return read.count * element.size;
  }

  private readText(text: Uint8Array, from: number, to: number): number {
    const quote = plainEnd(text, from);
    if (quote === OTHER) return OTHER;
    const count = quote - from;
    const sized = after(SIZE, text, quote + 1);
    let size = count + 1;
    this.end = quote + 1;
    if (sized !== OTHER) {
      let end = sized;
      size = 0;
      for (; isDigit(text[end]) && size <= MAX_LINE_BYTES; end++) size = size * 10 + (text[end] as number) - DIGIT_0;
      if (end === sized || (text[sized] === DIGIT_0 && end > sized + 1)) return OTHER;
      this.end = end;
    } else {
      const bare = after(UNTERMINATED, text, quote + 1);
      if (bare !== OTHER) {
        size = count;
        this.end = bare;
      }
    }
    if (size < count || to + size > this.used + MAX_LINE_BYTES) return OTHER;
    this.chunk.fill(0, to, to + size);
    for (let i = 0; i < count; i++) this.chunk[to + i] = text[from + i] as number;
    return size;
  }
}

const DIGIT_0 = 0x30;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

/**
 * Offset after the quote that ends a name, or {@link OTHER}.
 *
 * @param from offset of the first character
 */
function nameEnd(text: Uint8Array, from: number): number {
  const quote = plainEnd(text, from);
  return quote === OTHER ? OTHER : quote + 1;
}

/** @param end offset after the quote that ends the name */
function nameAt(text: Uint8Array, from: number, end: number): string {
  return String.fromCharCode(...text.subarray(from, end - 1));
}
