/** Text form of payloads: a text, the elements of an array, pages, pids, or bytes. */
import { COMPANIONS, MAX_VALUES_BYTES, PAYLOAD_MEMBERS, type PayloadMember } from "../../runtime/image-text.js";
import type { PayloadEntry } from "../../runtime/index.js";
import { decodeEscaped } from "../../runtime/index.js";
import { isFaithful } from "../../runtime/text.js";
import type { ImageFormat } from "../image/abi/format.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ByteRange } from "../image/record/records.js";
import { type ElementCodec, elementCodec, PRIVATE, sizeOfElements } from "../image/record/struct.js";
import { encodeByteText } from "./byte-forms.js";
import { type ByteFiles, type BytesKeeper, findBytes, type StoredBytes } from "./bytes.js";
import { choiceOf } from "./choice.js";
import { type Form, type Json, type JsonObject, Misfit, quote, within } from "./form.js";
import { IntegerForm } from "./integer.js";
import { pidsOf, pidsToBytes } from "./pids.js";
import { type Forms, readElements } from "./struct-form.js";

/** Information about a record from its place in the grammar. */
export interface RecordPlace {
  readonly contains: PayloadEntry | undefined;
  readonly label: string | undefined;
  /** Bytes of a payload element, if elements are kernel structs. */
  readonly elementSize: number | undefined;
  /** The object that contains the record, e.g. `MM-4`. */
  readonly owner: string;
}

/** A payload whose text is written. */
interface WrittenPayload {
  readonly source: ImageSource;
  readonly range: ByteRange;
  /** Form of the payload according to the record type alone. */
  readonly own: PayloadEntry | undefined;
}

/** A payload that was read: bytes in memory, and bytes to copy after them. */
export interface ReadPayload {
  readonly head: Uint8Array;
  readonly stored?: StoredBytes;
}

/** Whether a mistake is in such a companion member of a payload. */
function isInCompanion(error: unknown, payload: PayloadMember): boolean {
  return error instanceof Misfit && COMPANIONS[error.path[0] ?? ""] === payload;
}

const PRIVATE_OF_ALL = "as many bytes as the first of the elements has";

const NOTHING: ReadPayload = { head: new Uint8Array() };

export class PayloadText {
  private readonly format: ImageFormat;
  private readonly positions: Form;
  private readonly word: ElementCodec;

  constructor(private readonly forms: Forms) {
    this.format = forms.format;
    const word = this.format.wordSize === 8 ? "u64" : "u32";
    this.positions = new IntegerForm(word, "address", undefined);
    this.word = elementCodec(this.format, word) as ElementCodec;
  }

  /** Adds the members that describe a payload. */
  add(node: JsonObject, payload: WrittenPayload, place: RecordPlace, keeper: BytesKeeper): void {
    const { source, range, own } = payload;
    const { contains = own, label, owner, elementSize } = place;
    const { start, end } = range;
    if (label === "page_batch" && this.addPages(node, source, range, keeper, owner)) return;
    if (end - start <= MAX_VALUES_BYTES) {
      const bytes = windowBytes(source, start, end - start);
      if (label === "pid_table") {
        const pids = pidsOf(this.format, bytes);
        if (pids) {
          node.pids = pids;
          return;
        }
      }
      if (contains?.kind === "text" && addText(node, bytes, contains.length !== undefined)) return;
      const elements = contains?.of === undefined ? undefined : this.elementsOf(bytes, contains.of, elementSize);
      if (elements) {
        if (contains?.of !== own?.of) node.of = contains?.of as string;
        node.elements = elements;
        return;
      }
    }
    node.bytes = keeper.keep(source, start, end, label === "huge_page", owner);
  }

  /**
   * Reads the payload that the members of a node give; empty if they give none.
   *
   * @param own element type according to the record type alone
   * @throws {Misfit} when the members are not a payload
   */
  read(node: JsonObject, own: string | undefined, files: ByteFiles): ReadPayload {
    let member: PayloadMember | undefined;
    for (const name of PAYLOAD_MEMBERS) {
      if (node[name] === undefined) continue;
      if (member !== undefined) throw within(name, new Misfit(`nothing, as there is ${member}`, "another payload"));
      member = name;
    }
    for (const name in COMPANIONS)
      if (node[name] !== undefined && COMPANIONS[name] !== member)
        throw within(name, new Misfit(`${COMPANIONS[name]} next to it`, member ?? "no payload"));
    if (member === undefined) return NOTHING;
    try {
      return this.readMember(member, node, own, files);
    } catch (error) {
      throw isInCompanion(error, member) ? error : within(member, error);
    }
  }

  private readMember(member: PayloadMember, node: JsonObject, own: string | undefined, files: ByteFiles): ReadPayload {
    const json = node[member] as Json;
    switch (member) {
      case "text":
        return { head: readText(node) };
      case "bytes":
        return { ...NOTHING, stored: findBytes(json, files) };
      case "pids":
        return { head: pidsToBytes(this.format, json) };
      case "elements":
        return { head: this.readElements(json, node.of ?? own ?? null) };
      case "pages":
        return this.readPages(json, node.positions ?? null, files);
    }
  }

  private elementsOf(bytes: Uint8Array, of: string, size: number | undefined): Json[] | undefined {
    const codec = elementCodec(this.format, of, size);
    const form = this.forms.element(of);
    if (!codec || !form || bytes.length % codec.size !== 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const elements: Json[] = [];
    for (let at = 0; at < bytes.length; at += codec.size) elements.push(form.show(codec.read(view, at)));
    return elements;
  }

  private readElements(json: Json, of: Json): Uint8Array {
    if (!Array.isArray(json)) throw new Misfit("an array", quote(json));
    const form = typeof of === "string" ? this.forms.element(of) : undefined;
    const values = form ? readElements(form, json) : [];
    const size = typeof of === "string" ? sizeOfElements(this.format, of, values) : undefined;
    const codec = size === undefined ? undefined : elementCodec(this.format, of as string, size);
    if (!codec || !form) {
      const known = this.format.abi.structs.map(({ entry }) => entry.descriptor.key);
      const choice = typeof of === "string" ? choiceOf("a struct of this version", of, known) : "a width or a struct";
      throw within("of", new Misfit(choice, quote(of ?? undefined)));
    }
    const bytes = new Uint8Array(json.length * codec.size);
    const view = new DataView(bytes.buffer);
    const subject = { struct: of as string, abi: this.format.abi.name };
    values.forEach((value, i) => {
      if (sizeOfElements(this.format, of as string, [value]) !== codec.size)
        throw within(i, within(PRIVATE, new Misfit(PRIVATE_OF_ALL, quote((json[i] as JsonObject)[PRIVATE]))));
      codec.write(value, view, i * codec.size, subject, `[${i}]`);
    });
    return bytes;
  }

  /** Adds pages if the bytes are pages after their positions. Returns whether they are. */
  private addPages(
    node: JsonObject,
    source: ImageSource,
    { start, end }: ByteRange,
    keeper: BytesKeeper,
    owner: string,
  ): boolean {
    const { wordSize, pageSize } = this.format;
    const count = (end - start) / (wordSize + pageSize);
    if (!Number.isInteger(count) || count * wordSize > MAX_VALUES_BYTES) return false;
    const at = source.window(start, count * wordSize);
    node.positions = Array.from({ length: count }, (_, i) =>
      this.positions.show(this.word.read(source.view, at + i * wordSize)),
    );
    node.pages = keeper.keep(source, start + count * wordSize, end, true, owner);
    return true;
  }

  private readPages(json: Json, positions: Json, files: ByteFiles): ReadPayload {
    const { wordSize, pageSize } = this.format;
    if (!Array.isArray(positions))
      throw within("positions", new Misfit("the positions of the pages", quote(positions ?? undefined)));
    let words: unknown[];
    try {
      words = readElements(this.positions, positions);
    } catch (error) {
      throw within("positions", error);
    }
    const stored = findBytes(json, files);
    if (stored.length !== positions.length * pageSize)
      throw new Misfit(`${positions.length} pages of ${pageSize} bytes, one per position`, `${stored.length} bytes`);
    const head = new Uint8Array(positions.length * wordSize);
    const view = new DataView(head.buffer);
    words.forEach((word, i) => {
      this.word.write(word, view, i * wordSize, { struct: "page_batch", abi: this.format.abi.name }, "positions");
    });
    return { head, stored };
  }
}

/**
 * Adds a text if the bytes are one.
 *
 * @param fixed whether the length is that of the array that contains the text
 * @returns whether the bytes are text
 */
function addText(node: JsonObject, bytes: Uint8Array, fixed: boolean): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const text = decodeEscaped(bytes.subarray(0, end));
  if (!isFaithful(text)) return false;
  node.text = text;
  const nuls = bytes.length - end;
  if (fixed || nuls > 1) node.size = bytes.length;
  else if (nuls === 0) node.unterminated = true;
  return true;
}

function readText({ text, size, unterminated }: JsonObject): Uint8Array {
  if (typeof text !== "string") throw new Misfit("text", quote(text));
  const content = encodeByteText(text);
  if (unterminated !== undefined && unterminated !== true)
    throw within("unterminated", new Misfit("true", quote(unterminated)));
  if (size === undefined) {
    if (unterminated) return content;
    const bytes = new Uint8Array(content.length + 1);
    bytes.set(content);
    return bytes;
  }
  if (!Number.isInteger(size) || (size as number) < 0 || (size as number) > MAX_VALUES_BYTES)
    throw within("size", new Misfit(`a number of bytes up to ${MAX_VALUES_BYTES}`, quote(size)));
  if (content.length > (size as number))
    throw new Misfit(`at most ${size} bytes, as size says`, `${content.length} bytes`);
  const bytes = new Uint8Array(size as number);
  bytes.set(content);
  return bytes;
}
