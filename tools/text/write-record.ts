/**
 * Writes the node of a record in the text. The node is read back immediately: bytes that differ are kept as padding, and a record that would not be
 * restored at all is kept as bytes. So the text restores any image exactly.
 */

import { AbiError, ShortBufferError } from "../../runtime/errors.js";
import { HEADER_SIZE } from "../image/abi/format.js";
import { isEqual } from "../image/bytes/equal.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ImageRecord } from "../image/record/records.js";
import { hasTail } from "../image/record/struct.js";
import { toHex } from "./byte-forms.js";
import type { ByteFiles, BytesKeeper } from "./bytes.js";
import { type JsonObject, Misfit } from "./form.js";
import { PayloadText, type RecordPlace } from "./payload-text.js";
import { type EncodedRecord, RecordReader } from "./read-record.js";
import { MAX_VALUES_BYTES, type RecordJson } from "./record-node.js";
import type { Shape, Shapes } from "./shapes.js";

/** Files of which only the length is needed. */
const LENGTHS: ByteFiles = { find: (_file, _offset, size) => ({ length: size, pieces: () => [] }) };

export class RecordWriter {
  private readonly payloads: PayloadText;
  private readonly reader: RecordReader;

  constructor(
    private readonly source: ImageSource,
    private readonly shapes: Shapes,
    private readonly keeper: BytesKeeper,
  ) {
    this.payloads = new PayloadText(shapes.forms);
    this.reader = new RecordReader(shapes);
  }

  show(record: ImageRecord, place: RecordPlace): RecordJson {
    const values = begin(record, place);
    const node = this.addValues(values, record, place) ? values : this.addBytes(begin(record, place), record, place);
    const { start, end } = record.raw;
    if (end > start) node.raw = this.keeper.keep(this.source, start, end, false, place.owner);
    return node;
  }

  /** Whether the record can be written as values that restore its bytes. */
  private addValues(node: RecordJson, record: ImageRecord, place: RecordPlace): boolean {
    const { kind, length, offset, end } = record;
    if (!kind || kind.opaque) return false;
    const at = this.source.window(offset, Math.min(length, kind.longest));
    const struct = kind.structOf(this.source.view, at, length);
    if (struct && struct.layout.size > length) return false;
    if (struct && struct !== kind.struct) node.struct = struct.name;
    const start = struct ? this.addFields(node, record, this.shapes.of(struct), at) : offset + HEADER_SIZE;
    if (start === undefined || start > end) return false;
    if (start < end || kind.payload) {
      const payload = { source: this.source, range: { start, end }, own: kind.payload };
      this.payloads.add(node, payload, place, this.keeper);
    }
    return this.verify(node, record);
  }

  /**
   * Adds the fields of a record and of its flexible array to the node.
   *
   * @returns where the fields end; undefined if the record is too short for them, or too long to show
   */
  private addFields(node: RecordJson, { offset, length }: ImageRecord, shape: Shape, at: number): number | undefined {
    const { codec, form, tail } = shape;
    const fields = form.show(codec.decode(this.source.view, at));
    if (!form.empty || tail) node.fields = fields;
    if (!tail || !hasTail(codec)) return offset + codec.size;
    if (length > MAX_VALUES_BYTES) return undefined;
    const from = this.source.window(offset, length);
    try {
      const elements = codec.decodeTail(this.source.view, from, from + length);
      fields[tail.name] = elements.map((element) => tail.form.show(element));
      return offset + codec.size + elements.length * codec.tailElementSize;
    } catch (error) {
      if (error instanceof ShortBufferError) return undefined;
      throw error;
    }
  }

  /** Writes everything after the header of a record as bytes. */
  private addBytes(node: RecordJson, { kind, offset, end }: ImageRecord, { owner }: RecordPlace): RecordJson {
    const start = offset + HEADER_SIZE;
    // Also without bytes, if fields would be expected.
    if (end > start || kind?.struct) node.bytes = this.keeper.keep(this.source, start, end, false, owner);
    return node;
  }

  /** Reads a node back and adds the bytes that it lacks. Returns whether the node then restores the record. */
  private verify(node: RecordJson, record: ImageRecord): boolean {
    let encoded: EncodedRecord;
    try {
      encoded = this.reader.read(node, LENGTHS);
    } catch (error) {
      if (error instanceof Misfit || error instanceof AbiError) return false;
      throw error;
    }
    const { head, stored } = encoded;
    if (head.length + (stored?.length ?? 0) !== record.length) return false;
    const padding = differences(head, windowBytes(this.source, record.offset, head.length));
    if (padding) node.padding = padding;
    return true;
  }
}

function begin({ kind, type }: ImageRecord, { label }: RecordPlace): RecordJson {
  const node: RecordJson = kind ? { record: kind.name } : { type };
  if (label !== undefined) node.as = label;
  return node;
}

/** The bytes of `wanted` that differ from `given`, by offset; undefined if there are none. */
function differences(given: Uint8Array, wanted: Uint8Array): JsonObject | undefined {
  if (isEqual(given, wanted)) return undefined;
  const found: JsonObject = {};
  for (let at = 0; at < given.length; at++) {
    if (given[at] === wanted[at]) continue;
    let end = at + 1;
    while (end < given.length && given[end] !== wanted[end]) end++;
    found[at] = toHex(wanted.subarray(at, end));
    at = end;
  }
  return found;
}
