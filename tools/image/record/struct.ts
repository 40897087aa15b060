/** Decodes records to values and encodes them, by the codecs of their structs. */

import { LossyTextError, OutOfRangeError, type Subject } from "../../../runtime/errors.js";
import {
  type AnyCodec,
  decodeEscaped,
  encodeEscaped,
  type PayloadEntry,
  type ScalarType,
} from "../../../runtime/index.js";
import { ALLOWED } from "../../../runtime/integers.js";
import { scalar } from "../../../runtime/scalars.js";
import { HEADER_SIZE, type ImageFormat } from "../abi/format.js";
import { copyBytes, type ImageSource, windowBytes } from "../bytes/source.js";
import { elementPlaces } from "./elements.js";
import type { ImageRecord } from "./records.js";

export interface DecodedRecord {
  /** C name of the struct in this version; undefined for a bare record header. */
  readonly struct: string | undefined;
  /** Fields by C name, as the codec returns them; for a bare record header, those of the header: `type` and `len`. */
  // biome-ignore lint/suspicious/noExplicitAny: the type of the fields is known at run time only
  readonly value: any;
  /** Elements of the flexible array at the end of the struct. */
  readonly tail?: readonly unknown[];
  /** The decoded payload, which follows the struct. */
  readonly payload?: DecodedPayload;
  /** Bytes after struct and tail, if the record is longer. */
  readonly rest?: Uint8Array;
}

/**
 * A decoded payload. A text includes all bytes of the payload with NULs; bytes that are not UTF-8 are lone surrogates. An element that is a kernel
 * struct has the bytes that the kernel keeps after the fields under `private`.
 */
export type DecodedPayload =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "elements"; readonly of: string; readonly elements: readonly unknown[] };

/** Length that the contents of a record need, including the header. */
export interface RecordSize {
  readonly least: number;
  /** The only possible length in bytes; undefined when the payload may have any length. */
  readonly exact: number | undefined;
}

/** Codec of a struct that ends in a flexible array. */
export interface TailCodec extends AnyCodec {
  readonly tailElementSize: number;
  decodeTail(view: DataView, at: number, end: number): unknown[];
  encodeTail(values: readonly unknown[], view: DataView, at: number): void;
}

/**
 * The length that struct and tail of a record need; a payload may add any length. Undefined for unknown types and for structs that the headers of
 * this version lack.
 */
export function recordSize(format: ImageFormat, source: ImageSource, record: ImageRecord): RecordSize | undefined {
  const { kind } = record;
  if (!kind || kind.opaque) return undefined;
  if (kind.fixedLength !== undefined) return { least: kind.fixedLength, exact: kind.fixedLength };
  const at = source.window(record.offset, Math.min(record.length, kind.longest));
  const struct = kind.structOf(source.view, at, record.length);
  const size = struct?.layout.size ?? HEADER_SIZE;
  if (kind.payload) return { least: size, exact: undefined };
  const tail = struct && format.tail(struct);
  if (!tail || record.length < size) return { least: size, exact: size };
  const exact = size + tail.announced(source.view, at) * tail.elementSize;
  return { least: exact, exact };
}

/**
 * Decodes a record. `contains` gives the form of a payload that depends on the place in the stream; without it such a payload is bytes.
 *
 * @throws {ShortBufferError} when the record is too short for its struct or tail
 */
export function decodeRecord(
  format: ImageFormat,
  source: ImageSource,
  record: ImageRecord,
  contains?: PayloadEntry,
): DecodedRecord {
  const { kind, length } = record;
  const window = windowBytes(source, record.offset, length);
  const view = new DataView(window.buffer, window.byteOffset, length);
  const struct = kind?.structOf(view, 0, length);
  const codec = struct && format.codec(struct);
  const tail = codec && hasTail(codec) ? codec.decodeTail(view, 0, length) : undefined;
  const hasPayload = !kind || kind.payload || kind.opaque;
  const covered = sizeOfParts(codec, tail);
  return {
    struct: struct?.name,
    value: codec
      ? codec.decode(view, 0)
      : { type: view.getUint32(0, format.littleEndian), len: view.getUint32(4, format.littleEndian) },
    ...(tail && { tail }),
    ...(!hasPayload && covered < length && { rest: window.slice(covered) }),
    // Last, because it may move the window.
    ...(hasPayload && { payload: decodePayload(format, source, record, contains) }),
  };
}

/** Decodes the payload of a record. An array whose elements do not fill the payload is returned as bytes, and so is a payload of unknown form. */
export function decodePayload(
  format: ImageFormat,
  source: ImageSource,
  record: ImageRecord,
  contains: PayloadEntry | undefined = record.kind?.payload,
): DecodedPayload {
  const { start, end } = record.payload;
  const length = end - start;
  if (contains?.kind === "text") return { kind: "text", text: decodeEscaped(windowBytes(source, start, length)) };
  const places = elementPlaces(format, record, contains);
  const element = places && elementCodec(format, places.of, places.size);
  if (!places || !element || places.rest > 0) return { kind: "bytes", bytes: copyBytes(source, start, length) };
  const at = source.window(start, length);
  const elements = Array.from({ length: places.count }, (_, i) => element.read(source.view, at + i * element.size));
  return { kind: "elements", of: places.of, elements };
}

/**
 * Encodes a record. Bytes that no field covers (padding, slack) are taken from `base`, or zero without it.
 *
 * @throws {AbiError} when a value does not fit its field, or the header states another length than the parts have
 */
export function encodeRecord(format: ImageFormat, decoded: DecodedRecord, base?: Uint8Array): Uint8Array {
  const { struct, value, tail, rest } = decoded;
  const codec = struct === undefined ? undefined : format.abi.struct(struct);
  const { type, len } = headerOf(value);
  const subject = { struct: struct ?? `type ${type}`, abi: format.abi.name };
  const covered = sizeOfParts(codec, tail);
  const payload = decoded.payload && encodePayload(format, decoded.payload, subject, base?.subarray(covered));
  const length = covered + (payload?.length ?? 0) + (rest?.length ?? 0);
  if (len !== length)
    throw new OutOfRangeError(subject, "h.len", len, `${length}, the length of struct, tail and payload together`);
  const bytes = new Uint8Array(length);
  if (base) bytes.set(base.subarray(0, length));
  const view = new DataView(bytes.buffer);
  if (codec) codec.encode(value, view, 0);
  else {
    view.setUint32(0, type, format.littleEndian);
    view.setUint32(4, len, format.littleEndian);
  }
  if (tail && codec && hasTail(codec)) codec.encodeTail(tail, view, 0);
  if (payload) bytes.set(payload, covered);
  if (rest) bytes.set(rest, covered);
  return bytes;
}

/** The record header in a decoded struct: its first member, that of its common part, or all that there is. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the fields is known at run time only
export function headerOf(value: any): { type: number; len: number } {
  return value.h ?? value.common?.h ?? value;
}

function encodePayload(format: ImageFormat, payload: DecodedPayload, subject: Subject, base?: Uint8Array): Uint8Array {
  if (payload.kind === "bytes") return payload.bytes;
  if (payload.kind === "text") {
    const bytes = encodeEscaped(payload.text);
    if (typeof bytes === "string") throw new LossyTextError(subject, "payload", payload.text, "text", bytes);
    return bytes;
  }
  const element = elementCodec(format, payload.of, sizeOfElements(format, payload.of, payload.elements));
  if (!element) throw new OutOfRangeError(subject, "payload", payload.of, "elements of a type that this version has");
  const bytes = new Uint8Array(payload.elements.length * element.size);
  // Elements can have padding too.
  if (base) bytes.set(base.subarray(0, bytes.length));
  const view = new DataView(bytes.buffer);
  payload.elements.forEach((value, i) => {
    element.write(value, view, i * element.size, subject, `payload[${i}]`);
  });
  return bytes;
}

/** Bytes of struct and tail together. */
function sizeOfParts(codec: AnyCodec | undefined, tail: readonly unknown[] | undefined): number {
  if (!codec) return HEADER_SIZE;
  return codec.size + (tail && hasTail(codec) ? tail.length * codec.tailElementSize : 0);
}

/** Reads and writes one element of an array payload. */
export interface ElementCodec {
  readonly size: number;
  read(view: DataView, at: number): unknown;
  write(value: unknown, view: DataView, at: number, subject: Subject, field: string): void;
}

/** Key of the bytes that the kernel keeps after the fields, in elements that are kernel structs. */
export const PRIVATE = "private";

/** Bytes of an element, computed from the first element; only the fields if that has no private bytes. */
export function sizeOfElements(format: ImageFormat, type: string, [first]: readonly unknown[]): number | undefined {
  const size = format.elementSize(type);
  const bytes = privateOf(first);
  return size === undefined ? undefined : size + (bytes?.length ?? 0);
}

function privateOf(element: unknown): Uint8Array | undefined {
  const bytes = typeof element === "object" ? (element as { [PRIVATE]?: unknown } | null)?.[PRIVATE] : undefined;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

/**
 * The codec of one payload element; undefined if this version has no such struct.
 *
 * @param type a width or the schema key of a struct
 * @param size bytes of an element, if more than its fields take
 */
export function elementCodec(format: ImageFormat, type: string, size?: number): ElementCodec | undefined {
  const width = scalar(type);
  if (width)
    return {
      size: width.size,
      read: (view, at) => width.read(view, at, format.littleEndian),
      write(value, view, at, subject, field) {
        if (!width.fits(value)) throw new OutOfRangeError(subject, field, value, ALLOWED[type as ScalarType]);
        width.write(view, at, value, format.littleEndian);
      },
    };
  const struct = format.struct(type);
  if (!struct) return undefined;
  const codec = format.codec(struct);
  if (struct.entry.descriptor.private) return kernelStructCodec(codec, (size ?? codec.size) - codec.size);
  return {
    size: codec.size,
    read: (view, at) => codec.decode(view, at),
    write: (value, view, at) => codec.encode(value, view, at),
  };
}

/**
 * Codec of an element that is a kernel struct.
 *
 * @param length bytes after the fields
 */
function kernelStructCodec(codec: AnyCodec, length: number): ElementCodec {
  return {
    size: codec.size + length,
    read(view, at) {
      const fields = codec.decode(view, at);
      if (length === 0) return fields;
      const start = view.byteOffset + at + codec.size;
      return { ...fields, [PRIVATE]: new Uint8Array(view.buffer.slice(start, start + length)) };
    },
    write(value, view, at, subject, field) {
      const bytes = privateOf(value);
      if ((bytes?.length ?? 0) !== length)
        throw new OutOfRangeError(subject, `${field}.${PRIVATE}`, bytes, `${length} bytes, as in the other elements`);
      codec.encode(value, view, at);
      if (bytes) new Uint8Array(view.buffer, view.byteOffset + at + codec.size, length).set(bytes);
    },
  };
}

export function hasTail(codec: AnyCodec): codec is TailCodec {
  return "decodeTail" in codec;
}
