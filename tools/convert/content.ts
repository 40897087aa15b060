/** What is in a record: its fields by schema key, and what follows them. Bytes stay in the image until they are written. */

import { membersOf } from "../../runtime/index.js";
import { HEADER_SIZE } from "../image/abi/format.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ByteRange } from "../image/record/records.js";
import { decodeRecord, hasTail } from "../image/record/struct.js";
import { KeyedCodec, type Values } from "../write/keyed-codec.js";
import type { Origin } from "./origin.js";

/** Bytes at hand, bytes in the image, or structs that are made one after the other. */
export type Data = Uint8Array | SourceBytes | Items;

export interface RecordContent {
  fields: Values;
  /** Elements of the array at the end of the struct. */
  tail?: unknown[];
  payload?: Data;
  /** What follows outside the record. */
  raw?: Data;
  /** Configuration of the kernel whose struct it has, e.g. `vsx`. */
  configuration?: string;
}

/** Bytes of the image that is converted. */
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

  /** A copy, for what is known to be short. */
  bytes(): Uint8Array {
    return windowBytes(this.source, this.start, this.length).slice();
  }
}

/** Key under which the values of an element carry its bytes, where the struct has gaps between its fields. */
export const PADDED = Symbol("bytes of the element");

/** The values of an element, with the bytes that it has in the image if something is between its fields. */
export type Item = Values & { readonly [PADDED]?: Uint8Array };

/** Elements of an array payload, which is too long to be held as values. */
export interface Items {
  /** Schema key of the struct. */
  readonly of: string;
  readonly count: number;
  each(): Iterable<Item>;
  /** Whether numbers of objects in them are those of the result already. */
  readonly numbered?: boolean;
}

export function isItems(data: Data): data is Items {
  return !(data instanceof Uint8Array) && !(data instanceof SourceBytes);
}

/** Bytes of a payload that is known to be short; none when there is none. */
export function shortBytes(data: Data | undefined): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return data instanceof SourceBytes ? data.bytes() : new Uint8Array(0);
}

export function lengthOf(data: Data | undefined): number {
  return data === undefined || isItems(data) ? 0 : data.length;
}

/** @throws {ShortBufferError} when the record is too short for its struct */
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
