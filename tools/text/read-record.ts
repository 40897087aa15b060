/** Encodes a record from its node in the text. */
import { AbiError } from "../../runtime/errors.js";
import type { BoundStruct } from "../../runtime/index.js";
import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../image/abi/format.js";
import { hasTail } from "../image/record/struct.js";
import { fromHex } from "./byte-forms.js";
import { type ByteFiles, findBytes, type StoredBytes } from "./bytes.js";
import { choiceOf } from "./choice.js";
import { isJsonObject, type Json, type JsonObject, Misfit, quote, within } from "./form.js";
import { PayloadText, type ReadPayload } from "./payload-text.js";
import { RECORD_MEMBERS } from "./record-node.js";
import type { Shape, Shapes } from "./shapes.js";
import { readElements } from "./struct-form.js";

/** Maximum length: lengths are unsigned 32-bit numbers. */
const MAX_LENGTH = 2 ** 32 - 1;
const MEMBERS: ReadonlySet<string> = new Set(RECORD_MEMBERS);

/** A record that was read: bytes in memory, and bytes to copy after them. */
export interface EncodedRecord {
  readonly head: Uint8Array;
  /** The rest of the payload. */
  readonly stored: StoredBytes | undefined;
  /** Bytes after the record. */
  readonly raw: StoredBytes | undefined;
}

export class RecordReader {
  private readonly format: ImageFormat;
  private readonly payloads: PayloadText;

  constructor(private readonly shapes: Shapes) {
    this.format = shapes.format;
    this.payloads = new PayloadText(shapes.forms);
  }

  /**
   * Encodes the record that a node describes.
   *
   * @throws {Misfit} when the node is not a record
   */
  read(node: JsonObject, files: ByteFiles): EncodedRecord {
    for (const name in node)
      if (!MEMBERS.has(name))
        throw within(name, new Misfit(choiceOf("members of a record", name, RECORD_MEMBERS), "an unknown member"));
    const kind = this.kindOf(node);
    const type = node.type === undefined ? (kind as RecordKind).number : word("type", node.type);
    const struct = this.structOf(node, kind);
    const payload = this.payloads.read(node, kind?.payload?.of, files);
    const head = struct ? this.encode(node.fields, this.shapes.of(struct), payload) : bareHeader(payload);
    const length = head.length + (payload.stored?.length ?? 0);
    if (length > MAX_LENGTH) throw new Misfit(`a record of at most ${MAX_LENGTH} bytes`, `${length} bytes`);
    const view = new DataView(head.buffer);
    view.setUint32(0, type, this.format.littleEndian);
    view.setUint32(4, node.length === undefined ? length : word("length", node.length), this.format.littleEndian);
    if (node.padding !== undefined) applyPadding(head, node.padding);
    return { head, stored: payload.stored, raw: node.raw === undefined ? undefined : rawOf(node.raw, files) };
  }

  private kindOf({ record, type }: JsonObject): RecordKind | undefined {
    if (record === undefined) {
      if (type === undefined) throw new Misfit("a record by its name, or by the number of its type", "neither");
      return undefined;
    }
    const kind = typeof record === "string" ? this.format.kind(record) : undefined;
    if (kind) return kind;
    const known = this.format.kinds.values().map(({ name }) => name);
    const choice =
      typeof record === "string" ? choiceOf("records of this version", record, known) : "the name of a record";
    throw within("record", new Misfit(choice, quote(record)));
  }

  /** The struct of the fields; undefined for a bare header. */
  private structOf({ struct, fields, bytes }: JsonObject, kind: RecordKind | undefined): BoundStruct | undefined {
    if (struct !== undefined) {
      const found = typeof struct === "string" ? this.shapes.named(struct) : undefined;
      if (found) return found;
      const choice =
        typeof struct === "string"
          ? choiceOf("structs of records of this version", struct, this.shapes.names)
          : "the name of a struct";
      throw within("struct", new Misfit(choice, quote(struct)));
    }
    if (fields === undefined && bytes !== undefined) return undefined;
    if (kind?.struct === undefined && fields !== undefined)
      throw within("fields", new Misfit("no fields, as the record has no struct in this version", quote(fields)));
    return kind?.struct;
  }

  private encode(fields: Json | undefined, shape: Shape, { head: payload }: ReadPayload): Uint8Array {
    const { codec, form, tail } = shape;
    const json = fields ?? (form.empty && !tail ? {} : undefined);
    if (!isJsonObject(json)) throw within("fields", new Misfit(`the fields of ${codec.struct}`, quote(json)));
    try {
      const { own, elements } = splitTail(json, tail?.name);
      const value = form.read(own);
      const end = codec.size + (elements && hasTail(codec) ? elements.length * codec.tailElementSize : 0);
      const head = new Uint8Array(end + payload.length);
      const view = new DataView(head.buffer);
      codec.encode(value, view, 0);
      if (tail && elements && hasTail(codec)) codec.encodeTail(readTail(tail, elements), view, 0);
      if (payload.length > 0) head.set(payload, end);
      return head;
    } catch (error) {
      // Mistakes that only a codec detects, such as members of a union that disagree.
      if (error instanceof AbiError) throw within("fields", new Misfit("fields that go together", error.message));
      throw within("fields", error);
    }
  }
}

function splitTail(json: JsonObject, name: string | undefined): { own: JsonObject; elements: Json[] | undefined } {
  if (name === undefined) return { own: json, elements: undefined };
  const { [name]: elements, ...own } = json;
  if (!Array.isArray(elements)) throw within(name, new Misfit("an array", quote(elements)));
  return { own, elements };
}

function readTail({ name, form }: NonNullable<Shape["tail"]>, elements: readonly Json[]): unknown[] {
  try {
    return readElements(form, elements);
  } catch (error) {
    throw within(name, error);
  }
}

function bareHeader({ head: payload }: ReadPayload): Uint8Array {
  const head = new Uint8Array(HEADER_SIZE + payload.length);
  head.set(payload, HEADER_SIZE);
  return head;
}

function rawOf(json: Json, files: ByteFiles): StoredBytes {
  try {
    return findBytes(json, files);
  } catch (error) {
    throw within("raw", error);
  }
}

function word(name: string, json: Json): number {
  if (typeof json === "number" && json >>> 0 === json) return json;
  throw within(name, new Misfit(`an integer from 0 to ${MAX_LENGTH}`, quote(json)));
}

function applyPadding(head: Uint8Array, json: Json): void {
  if (!isJsonObject(json)) throw within("padding", new Misfit("offsets with their bytes", quote(json)));
  for (const [key, digits] of Object.entries(json)) {
    const at = /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : Number.NaN;
    const bytes = typeof digits === "string" ? fromHex(digits) : undefined;
    // Type and length have their own members.
    if (!bytes || !(at >= HEADER_SIZE && at + bytes.length <= head.length)) {
      const expected = `hexadecimal digits within the ${head.length} bytes of the record, from byte ${HEADER_SIZE} on`;
      throw within("padding", within(key, new Misfit(expected, quote(digits))));
    }
    head.set(bytes, at);
  }
}
