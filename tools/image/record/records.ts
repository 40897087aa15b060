/**
 * Framing: an image as a sequence of records. Reads only headers and the few fields that give the number of bytes outside all records; contents are
 * skipped.
 */
import type { BoundStruct, RecordEntry } from "../../../runtime/index.js";
import { ImageError } from "../../errors/image-error.js";
import { counted } from "../../words.js";
import { evaluate, type Scope } from "../abi/evaluate.js";
import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../abi/format.js";
import type { ImageSource } from "../bytes/source.js";

/** A range of bytes of an image, from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One record of an image. All offsets are in bytes from the start of the image. */
export class ImageRecord {
  constructor(
    readonly offset: number,
    /** Type number in the image. */
    readonly type: number,
    /** Bytes of the record, including its header. */
    readonly length: number,
    /** Bytes that follow the record outside any framing and belong to it. */
    readonly rawLength: number,
    /** The type in this version; undefined for an unknown one. */
    readonly kind: RecordKind | undefined,
    /**
     * Bytes of a payload element, if elements are kernel structs: the length of the payload divided by the number of elements, which other records
     * state. Only a walk by the grammar sets it, and only if the number divides the length.
     */
    public elementSize: number | undefined = undefined,
  ) {}

  /** A record that stays as it is: a walk passes the same object for all records. */
  copy(): ImageRecord {
    return new ImageRecord(this.offset, this.type, this.length, this.rawLength, this.kind, this.elementSize);
  }

  /** Name of the type, without `CKPT_HDR_`, or `type N` for an unknown one. */
  get name(): string {
    return this.kind?.name ?? `type ${this.type}`;
  }

  /** The entry of the type in the schema. */
  get entry(): RecordEntry | undefined {
    return this.kind?.entry;
  }

  /** Offset of the end of the record. Bytes outside the framing may follow. */
  get end(): number {
    return this.offset + this.length;
  }

  /** Offset of the next record. */
  get next(): number {
    return this.end + this.rawLength;
  }

  /** What follows the struct within the record. Empty if the struct fills the record; for an unknown type, everything after the header. */
  get payload(): ByteRange {
    return { start: this.end - this.payloadLength, end: this.end };
  }

  /** Bytes of {@link payload}. */
  get payloadLength(): number {
    const { kind } = this;
    if (kind && !kind.payload && !kind.opaque) return 0;
    return Math.max(0, this.length - (kind?.payloadOffset ?? HEADER_SIZE));
  }

  /** Bytes after the record that its length does not count, such as the contents of a pipe in old images. */
  get raw(): ByteRange {
    return { start: this.end, end: this.next };
  }

  /** The struct of the record, chosen by its own fields or its length; undefined for an unknown type and for an unknown struct. */
  structIn(source: ImageSource): BoundStruct | undefined {
    const { kind, offset, length } = this;
    return kind?.structOf(source.view, source.window(offset, Math.min(length, kind.longest)), length);
  }

  /** Name and number for messages: `VMA (402)`. */
  get title(): string {
    return this.kind ? `${this.name} (${this.type})` : this.name;
  }
}

/**
 * The records of an image in order, including those of unknown types.
 *
 * @throws {ImageError} at the first damage of the framing, after all records before it were yielded
 */
export function* records(format: ImageFormat, source: ImageSource, from = 0): Generator<ImageRecord, void, void> {
  for (let offset = from; offset < source.size; ) {
    const record = readRecord(format, source, offset);
    yield record;
    offset = record.next;
  }
}

/**
 * The record at an offset.
 *
 * @throws {ImageError} `short-header`, `bad-length`, `short-record` or `short-raw`
 */
export function readRecord(format: ImageFormat, source: ImageSource, offset: number): ImageRecord {
  const record = new ImageRecord(offset, 0, 0, 0, undefined);
  readInto(record, format, source, offset);
  return record;
}

/**
 * Reads the record at an offset into an existing object, as {@link readRecord} does: a walk over a million records creates no object for each.
 *
 * @throws {ImageError} `short-header`, `bad-length`, `short-record` or `short-raw`
 */
export function readInto(
  record: { -readonly [K in keyof ImageRecord]: ImageRecord[K] },
  format: ImageFormat,
  source: ImageSource,
  offset: number,
): void {
  const left = source.size - offset;
  if (left < HEADER_SIZE)
    throw new ImageError("short-header", {
      offset,
      expected: `a record header of ${HEADER_SIZE} bytes`,
      found: `the end of the image after ${counted(left, "byte")}`,
    });
  const at = source.window(offset, HEADER_SIZE);
  const type = source.view.getUint32(at, format.littleEndian);
  const length = source.view.getUint32(at + 4, format.littleEndian);
  const kind = format.kinds.get(type);
  if (length < HEADER_SIZE)
    throw new ImageError("bad-length", {
      offset,
      record: kind?.name ?? `type ${type}`,
      expected: `a length of at least ${HEADER_SIZE}`,
      found: `${length}`,
    });
  if (length > left)
    throw new ImageError("short-record", {
      offset,
      record: kind?.name ?? `type ${type}`,
      expected: counted(length, "byte"),
      found: `the end of the image after ${counted(left, "byte")}`,
    });
  const rawLength = kind?.raw === undefined ? 0 : readRawLength(format, source, kind, offset, length);
  if (rawLength > left - length)
    throw new ImageError("short-raw", {
      offset,
      record: kind?.name,
      expected: `${counted(rawLength, "byte")} after the record`,
      found: `the end of the image after ${counted(left - length, "byte")}`,
    });
  record.offset = offset;
  record.type = type;
  record.length = length;
  record.rawLength = rawLength;
  record.kind = kind;
  record.elementSize = undefined;
}

function readRawLength(
  format: ImageFormat,
  source: ImageSource,
  kind: RecordKind,
  offset: number,
  length: number,
): number {
  const rawLength = evaluate(kind.raw ?? 0, ownFields(format, source, kind, offset, length));
  if (rawLength < 0)
    throw new ImageError("short-raw", {
      offset,
      record: kind.name,
      expected: "a number of bytes after the record",
      found: `${rawLength}`,
    });
  return rawLength;
}

/** Scope of an expression that names only fields of the record itself. */
function ownFields(format: ImageFormat, source: ImageSource, kind: RecordKind, offset: number, length: number): Scope {
  const beyond = (name: string): never => {
    throw new TypeError(`${name} has no value at a single record, but the schema uses it for ${kind.name}`);
  };
  return {
    field(record, path) {
      const place = record === null ? kind.place(kind.struct, path) : undefined;
      if (!place) return beyond(record === null ? path : `${record}.${path}`);
      if (place.offset + place.size > length)
        throw new ImageError("record-size", {
          offset,
          record: kind.name,
          expected: `at least ${counted(place.offset + place.size, "byte")} up to ${path}`,
          found: counted(length, "byte"),
        });
      const at = source.window(offset, Math.min(length, kind.longest));
      return Number(place.read(source.view, at, format.littleEndian));
    },
    constant: (name) => format.constant(name),
    variable: (name) =>
      name === "page_size" ? format.pageSize : name === "word_size" ? format.wordSize : length - kind.payloadOffset,
    unseen: () => beyond("unseen()"),
    sum: () => beyond("sum()"),
  };
}
