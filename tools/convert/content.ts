/** Contents of a record: its fields by schema key, and what follows them. Bytes stay in the image until they are written. */

import { membersOf } from "../../runtime/index.js";
import { HEADER_SIZE } from "../image/abi/format.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ByteRange } from "../image/record/records.js";
import { decodeRecord, hasTail } from "../image/record/struct.js";
import { KeyedCodec, type Values } from "../write/keyed-codec.js";
import type { Origin } from "./origin.js";

/** Bytes in memory, bytes in the image, or structs that are generated one by one. */
export type Data = Uint8Array | SourceBytes | Items;

export interface RecordContent {
  fields: Values;
  /** Elements of the flexible array at the end of the struct. */
  tail?: unknown[];
  payload?: Data;
  /** Bytes that follow outside the record. */
  raw?: Data;
  /** Kernel configuration that the struct belongs to, e.g. `vsx`. */
  configuration?: string;
}

/** A range of bytes of the image that is converted. */
export class SourceBytes implements ByteRange {
  constructor(
    readonly source: ImageSource,
    readonly start: number,
    readonly end: number,
  ) {}

  get length(): number {
    return this.end - this.start;
  }

  part(from: number, to = this.length): SourceBytes {
    return new SourceBytes(this.source, this.start + from, this.start + to);
  }

  /** A copy of the bytes, for ranges known to be short. */
  bytes(): Uint8Array {
    return windowBytes(this.source, this.start, this.length).slice();
  }
}

/** Key of an element's bytes in its values, if the struct has gaps between its fields. */
export const PADDED = Symbol("bytes of the element");

/** Values of an element, with its bytes in the image if there are gaps between its fields. */
export type Item = Values & { readonly [PADDED]?: Uint8Array };

/** Elements of an array payload, which is too long to hold as values. */
export interface Items {
  /** Schema key of the struct. */
  readonly of: string;
  readonly count: number;
  each(): Iterable<Item>;
  /** Whether object numbers in the elements are already those of the result. */
  readonly numbered?: boolean;
}

export function isItems(data: Data): data is Items {
  return !(data instanceof Uint8Array) && !(data instanceof SourceBytes);
}

/** Bytes of a payload that is known to be short; empty if there is no payload. */
export function shortBytes(data: Data | undefined): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return data instanceof SourceBytes ? data.bytes() : new Uint8Array(0);
}

export function lengthOf(data: Data | undefined): number {
  return data === undefined || isItems(data) ? 0 : data.length;
}

/**
 * Reads the contents of a record of the image.
 *
 * @throws {ShortBufferError} when the record is too short for its struct
 */
export function readContent({ image, node }: Origin): RecordContent {
  const { format, source } = image;
  const { record } = node;
  if (!record) throw new TypeError(`${node.rule} is a rule of the grammar, not a record`);
  const { kind, offset, length } = record;
  const raw = record.rawLength > 0 ? { raw: new SourceBytes(source, record.end, record.next) } : undefined;
  const head = kind && source.window(offset, Math.min(length, kind.longest));
  const struct = head === undefined ? undefined : kind?.structOf(source.view, head, length);
  const codec = struct && format.codec(struct);
  if (!struct || !codec || !kind) {
    const payload = new SourceBytes(source, offset + HEADER_SIZE, offset + length);
    return { fields: {}, ...(payload.length > 0 && { payload }), ...raw };
  }
  const keys = KeyedCodec.of(struct);
  const { variant } = struct.entry.descriptor;
  const configuration = variant === undefined ? undefined : { configuration: variant };
  if (hasTail(codec)) {
    const { value, tail, rest } = decodeRecord(format, source, record);
    const element = membersOf(struct).tail?.struct;
    const elements = tail?.map((each) => (element ? KeyedCodec.of(element).read(each) : each));
    return {
      fields: keys.read(value),
      ...(elements && { tail: elements }),
      ...(rest && { payload: rest }),
      ...configuration,
      ...raw,
    };
  }
  const value = codec.fromBytes(windowBytes(source, offset, codec.size));
  const payload = new SourceBytes(source, offset + codec.size, offset + length);
  return { fields: keys.read(value), ...(payload.length > 0 && { payload }), ...configuration, ...raw };
}
