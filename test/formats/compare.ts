/** Compares what a third-party reader found in an image with what our reader finds: every record, every field. */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { encodeEscaped } from "../../runtime/index.js";
import {
  type DecodedPayload,
  decodeRecord,
  type Image,
  type ImageRecord,
  MemorySource,
  openImage,
  type TreeNode,
} from "../../tools/image/index.js";

const IMAGES = new URL("../fixtures/images/", import.meta.url);

/** The images that real kernels wrote. */
export const REAL = readdirSync(IMAGES)
  .filter((file) => file.endsWith(".img"))
  .map((file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, IMAGES)));
    return { file, bytes, image: openImage(new MemorySource(bytes)) };
  });

export function realOf(version: string): typeof REAL {
  return REAL.filter(({ image }) => image.format.abi.target.version === version);
}

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are chosen at run time
type Value = any;

/** The conventions of the third-party reader. */
export interface Reader {
  /** Its name for a member. */
  property(name: string): string;
  /** Its property with the bytes after a record. */
  raw(record: ImageRecord): string;
  /** The pages of a batch. */
  pages(body: Value): { positions: readonly (number | bigint)[]; pages: readonly Uint8Array[] };
  /** Whether its 64-bit integers are rounded above 2^53. */
  readonly rounded: boolean;
}

/**
 * Compares all records.
 *
 * @param found the reader's records, each with type, len and body
 */
export function compareImages(image: Image, found: readonly Value[], reader: Reader): void {
  const nodes = Array.from({ length: image.size }, (_, index) => image.node(index)).filter(({ record }) => record);
  expect(found.length).toBe(nodes.length);
  const comparison = new Comparison(image, reader);
  nodes.forEach((node, index) => {
    comparison.record(node, found[index]);
  });
}

class Comparison {
  constructor(
    private readonly image: Image,
    private readonly reader: Reader,
  ) {}

  record(node: TreeNode, found: Value): void {
    const { format, source } = this.image;
    const record = node.record as ImageRecord;
    const place = `${record.title} at ${record.offset}`;
    expect([found.type, found.len], place).toEqual([record.type, record.length]);
    const { value, tail, payload, rest } = decodeRecord(format, source, record, node.contains);
    expect(rest, place).toBeUndefined();
    const body = found.body ?? {};
    // A record without a struct has its type and length only, which were compared.
    const { h, ...fields } = "h" in value || value.common ? value : {};
    const names = Object.keys(fields);
    if (names.length > 0) this.value(fields, this.structOf(body, names), place);
    if (tail) this.value(tail, this.member(this.structOf(body, names), tailName(record)), `${place} tail`);
    if (payload) this.payload(node, payload, found, place);
    if (record.rawLength > 0) {
      const at = source.window(record.end, record.rawLength);
      const { buffer, byteOffset } = source.view;
      const bytes = new Uint8Array(buffer, byteOffset + at, record.rawLength).slice();
      this.value(bytes, found[this.reader.raw(record)], `${place} raw`);
    }
  }

  /** The struct of a record: the body itself, or its only present member. */
  private structOf(body: Value, names: readonly string[]): Value {
    if (names.length === 0 || names.some((name) => this.member(body, name, false) !== undefined)) return body;
    const parts = Object.entries(body).filter(([name, part]) => !/^_|^payload$|^rest$|^decider$/.test(name) && part);
    const structs = parts.map(([, part]) => part).filter((part) => typeof part === "object");
    expect(structs.length).toBe(1);
    return structs[0];
  }

  private payload(node: TreeNode, payload: DecodedPayload, found: Value, place: string): void {
    const { body = {} } = found;
    if (node.record?.name === "BUFFER") this.buffer(node, payload, found, place);
    else if (node.record?.kind?.opaque) this.contents(payload, body.rest ?? found.rest ?? new Uint8Array(), place);
    else this.contents(payload, body.payload, place);
  }

  private buffer(node: TreeNode, payload: DecodedPayload, found: Value, place: string): void {
    const { format } = this.image;
    const { body = {} } = found;
    const { label = "rest" } = node;
    const others = Object.entries(body).filter(
      ([name, part]) => !/^_|^(index|after|ordinal|rest)$/.test(name) && part !== undefined,
    );
    const names = others.map(([name]) => name.replace(/(After|_after_).*/, "").replace(/^batch$/, "page_batch"));
    expect(names, place).toEqual(node.label ? [this.reader.property(label)] : []);
    const part: Value = node.label ? others[0]?.[1] : body.rest;
    expect(node.label ? (found.rest ?? body.rest ?? []).length : 0, `${place} rest`).toBe(0);
    const { bytes } = payload as { bytes: Uint8Array };
    if (label === "page_batch") {
      const { positions, pages } = this.reader.pages(part);
      const { wordSize, pageSize, littleEndian } = format;
      expect(bytes.length, place).toBe(positions.length * (wordSize + pageSize));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      positions.forEach((position, i) => {
        const at = i * wordSize;
        const own = wordSize === 8 ? view.getBigUint64(at, littleEndian) : view.getUint32(at, littleEndian);
        this.value(own, position, `${place} positions[${i}]`);
      });
      this.value(bytes.subarray(positions.length * wordSize), Buffer.concat(pages), `${place} pages`);
    } else if (label === "pid_table") {
      const words = part.flatMap(({ depth, numbers }: Value) => [depth, ...numbers]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const own = Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4, format.littleEndian));
      expect(words, place).toEqual(own);
    } else this.contents(payload, part, place);
  }

  private contents(payload: DecodedPayload, found: Value, place: string): void {
    if (payload.kind === "elements") this.value(payload.elements, found, `${place} payload`);
    else if (payload.kind === "text") this.value(payload.text.replace(/\0+$/, ""), found, `${place} payload`);
    else if (typeof found === "string") this.value(escaped(payload.bytes).replace(/\0+$/, ""), found, place);
    else this.value(payload.bytes, found, `${place} payload`);
  }

  private value(own: Value, found: Value, place: string): void {
    if (typeof own === "bigint" || typeof own === "number") {
      const wanted = typeof own === "bigint" && this.reader.rounded ? Number(own) : own;
      if (!Object.is(found, wanted)) expect.fail(`${place}: ${found} instead of ${own}`);
    } else if (typeof own === "string") {
      // The reader replaces bytes that are not UTF-8.
      const bytes = encodeEscaped(own);
      if (typeof bytes === "string" || new TextDecoder().decode(bytes) !== found)
        expect.fail(`${place}: ${JSON.stringify(found)} instead of ${JSON.stringify(own)}`);
    } else if (own instanceof Uint8Array) {
      if (found === undefined || Buffer.compare(own, found) !== 0) expect.fail(`${place}: other bytes`);
    } else if (Array.isArray(own)) {
      const elements = Array.isArray(own[0]) ? own.flat() : own;
      expect(found?.length, place).toBe(elements.length);
      elements.forEach((element, i) => {
        this.value(element, found[i], `${place}[${i}]`);
      });
    } else
      for (const [name, part] of Object.entries(own)) {
        // The part of kernel structs after the known fields has a name that is not a keyword of any language.
        const inner = this.member(found, name === "private" ? "kernel_private" : name);
        // The record header is not part of the body.
        if (inner === undefined && name === "h") continue;
        this.value(part, inner, `${place} ${name}`);
      }
  }

  /** A member, which may be in an aggregate without a name in C. */
  private member(found: Value, name: string, deep = true): Value {
    if (typeof found !== "object" || found === null) return undefined;
    const own = found[this.reader.property(name)];
    if (own !== undefined || !deep) return own;
    // Members of unions are read on access, by getters of the class.
    const keys = [...Object.keys(found), ...Object.getOwnPropertyNames(Object.getPrototypeOf(found))];
    for (const key of keys) {
      const part = /^_|^constructor$/.test(key) ? undefined : found[key];
      if (typeof part !== "object" || Array.isArray(part) || ArrayBuffer.isView(part)) continue;
      const inner = this.member(part, name);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
}

function tailName({ kind }: ImageRecord): string {
  return kind?.struct?.layout.members.find(({ flexible }) => flexible)?.name ?? "";
}

function escaped(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
