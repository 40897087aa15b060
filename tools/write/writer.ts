/**
 * Writes an image record by record: values in, bytes out. Bytes are passed to the sink a chunk at a time, so memory use is one chunk for an image of
 * any size.
 */
import { OutOfRangeError, type Subject } from "../../runtime/errors.js";
import type { ImageFormat } from "../image/abi/format.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { type DecodedRecord, encodeRecord } from "../image/record/struct.js";
import type { Fields } from "./keyed-codec.js";
import { type Elements, type Excerpt, type Payload, PayloadEncoder, type Pieces } from "./payload.js";
import { type RecordForm, RecordForms } from "./record-form.js";
import type { ImageSink } from "./sink.js";

/** Maximum length of a record in bytes: kernels use a signed 32-bit number. */
export const MAX_RECORD_LENGTH = 2 ** 31 - 1;

/** Number of bytes that are buffered before they are passed to the sink. */
const BUFFER_BYTES = 1024 * 1024;
/** Size of the first buffer in bytes; it grows with the image. */
const FIRST_BYTES = 16 * 1024;

const NO_FIELDS: Fields = {};

/** Contents of a record. Type and length are not given: they follow from the rest. */
export interface RecordParts {
  /**
   * Fields of the struct. Omitted fields get their constant in the schema, or zero; fields that this version lacks are ignored. The fields of a
   * variant are given together with the common ones.
   */
  readonly fields?: Fields | undefined;
  /** Elements of the flexible array at the end of the struct; for structs, only non-default fields are needed. */
  readonly tail?: readonly unknown[] | undefined;
  /** The payload, which follows the struct within the length of the record. */
  readonly payload?: Payload | undefined;
  /** Bytes that follow outside the length: the contents of a pipe in old images, the page of a socket fragment. */
  readonly raw?: Uint8Array | Pieces | Excerpt | undefined;
  /** Kernel configuration whose struct differs from the usual one: `vsx`. */
  readonly configuration?: string | undefined;
  /** Original bytes of the struct and of the array at its end, whose padding is kept; the array may be omitted. */
  readonly base?: Uint8Array | undefined;
}

export class ImageWriter {
  private readonly forms: RecordForms;
  private readonly payloads: PayloadEncoder;
  private buffer = new Uint8Array(FIRST_BYTES);
  private bufferView = new DataView(this.buffer.buffer);
  /** Number of bytes in the current chunk. */
  private used = 0;
  private flushed = 0;

  constructor(
    readonly format: ImageFormat,
    private readonly sink: ImageSink,
  ) {
    this.forms = new RecordForms(format);
    this.payloads = new PayloadEncoder(format);
  }

  /** Bytes that were not passed to the sink yet. After {@link room}, callers write into it. */
  get chunk(): Uint8Array {
    return this.buffer;
  }

  /** The bytes of {@link chunk}. */
  get view(): DataView {
    return this.bufferView;
  }

  /** Offset of the next record, in bytes from the start of the image. */
  get offset(): number {
    return this.flushed + this.used;
  }

  /**
   * Writes a record. If it throws before the payload, nothing of the record was written.
   *
   * @param name without `CKPT_HDR_`
   * @throws {UnknownNameError} for a record that this version does not have, or a field that no version has
   * @throws {AbiError} for a value that does not fit, and for a record of 2 GiB
   */
  record(name: string, { fields = NO_FIELDS, tail, payload, raw, configuration, base }: RecordParts = {}): void {
    const form = this.forms.form(name, fields, configuration);
    const { kind, subject, tailCodec } = form;
    if (tail && !tailCodec) throw new OutOfRangeError(subject, "tail", tail, "nothing: no array ends the struct");
    const elements = tailCodec ? (tail ?? []) : undefined;
    const size = form.size + (tailCodec && elements ? elements.length * tailCodec.tailElementSize : 0);
    const contents =
      isPieces(payload) || isExcerpt(payload) ? payload : this.bytesOf(payload, kind.payload?.of, subject);
    const length = size + (contents?.length ?? 0);
    if (length > MAX_RECORD_LENGTH)
      throw new OutOfRangeError(subject, "h.len", length, `a length of at most ${MAX_RECORD_LENGTH}`);
    this.struct(form, { fields, tail: elements, base }, { length, size });
    if (contents) this.append(contents, "payload", subject);
    if (raw) this.append(raw, "raw", subject);
  }

  /**
   * Writes a record that is given as complete values, e.g. a decoded and changed one.
   *
   * @param base the original bytes, which supply the padding
   * @throws {AbiError} when a value does not fit, or the length in the header is not that of the record
   */
  decoded(record: DecodedRecord, base?: Uint8Array): void {
    this.bytes(encodeRecord(this.format, record, base));
  }

  /**
   * Appends bytes that the caller writes into {@link chunk} before the next call; until then they are undefined.
   *
   * @param size at most 1 MiB
   * @returns their offset in {@link chunk}
   */
  room(size: number): number {
    this.reserve(size);
    const at = this.used;
    this.used += size;
    return at;
  }

  /**
   * Makes room in {@link chunk}.
   *
   * @param size at most 1 MiB
   */
  private reserve(size: number): void {
    if (size > BUFFER_BYTES - this.used) this.flush();
    const needed = this.used + size;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.min(BUFFER_BYTES, Math.max(needed, 4 * this.buffer.length)));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
    this.bufferView = new DataView(larger.buffer);
  }

  /** Writes bytes unchanged: encoded records, or bytes outside records. */
  bytes(bytes: Uint8Array): void {
    if (bytes.length > BUFFER_BYTES) {
      this.flush();
      this.sink.write(bytes);
      this.flushed += bytes.length;
      return;
    }
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /**
   * Copies bytes of another image, a chunk at a time.
   *
   * @param start offset of the first byte in the source
   * @param end offset after the last byte
   */
  copy(source: ImageSource, start: number, end: number): void {
    if (this.sink.copy) {
      this.flush();
      this.sink.copy(source, start, end);
      this.flushed += end - start;
      return;
    }
    for (let at = start; at < end; at += BUFFER_BYTES)
      this.bytes(windowBytes(source, at, Math.min(BUFFER_BYTES, end - at)));
  }

  /** Passes the buffered bytes to the sink; must be called at the end. */
  flush(): void {
    if (this.used === 0) return;
    this.sink.write(this.buffer.subarray(0, this.used));
    this.flushed += this.used;
    this.used = 0;
  }

  /**
   * Writes the struct of a record with its flexible array.
   *
   * @param length of the whole record; `size` is the number of bytes of the struct and the array
   */
  private struct(
    form: RecordForm,
    { fields = NO_FIELDS, tail, base }: Pick<RecordParts, "fields" | "tail" | "base">,
    { length, size }: { readonly length: number; readonly size: number },
  ): void {
    const fits = size <= BUFFER_BYTES;
    if (fits) this.reserve(size);
    const view = fits ? this.bufferView : new DataView(new ArrayBuffer(size));
    const at = fits ? this.used : 0;
    if (fits) this.buffer.fill(0, at, at + size);
    if (base && base.length <= size) new Uint8Array(view.buffer).set(base, at);
    if (form.codec && form.keyed) {
      form.codec.encode(form.keyed.record(fields, form.kind.number, length), view, at);
      if (tail && form.tailCodec) form.tailCodec.encodeTail(form.tail(tail), view, at);
    } else {
      view.setUint32(at, form.kind.number, this.format.littleEndian);
      view.setUint32(at + 4, length, this.format.littleEndian);
    }
    if (fits) this.used += size;
    else this.bytes(new Uint8Array(view.buffer));
  }

  private bytesOf(
    payload: Uint8Array | string | Elements | undefined,
    of: string | undefined,
    subject: Subject,
  ): Uint8Array | undefined {
    if (payload === undefined) return undefined;
    return this.payloads.encode(isElements(payload) ? { ...payload, of: payload.of ?? of } : payload, subject);
  }

  private append(contents: Uint8Array | Pieces | Excerpt, field: string, subject: Subject): void {
    if (contents instanceof Uint8Array) {
      this.bytes(contents);
      return;
    }
    if (isExcerpt(contents)) {
      this.copy(contents.source, contents.start, contents.end);
      return;
    }
    let written = 0;
    for (const piece of contents.pieces) {
      written += piece.length;
      if (written > contents.length) break;
      this.bytes(piece);
    }
    if (written !== contents.length)
      throw new OutOfRangeError(subject, field, written, `pieces of ${contents.length} bytes together, as announced`);
  }
}

function isPieces(payload: Payload | undefined): payload is Pieces {
  return typeof payload === "object" && "pieces" in payload;
}

function isExcerpt(payload: Payload | undefined): payload is Excerpt {
  return typeof payload === "object" && "source" in payload;
}

function isElements(payload: Uint8Array | string | Elements): payload is Elements {
  return typeof payload === "object" && "elements" in payload;
}
