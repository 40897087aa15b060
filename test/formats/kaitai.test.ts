/** What the parsers of Kaitai Struct read from images is what our own reader reads, field by field. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { makeBytes } from "../../scripts/make-image/make.js";
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
import { kaitaiParser, type Parsed, property } from "./kaitai-parser.js";

const IMAGES = new URL("../fixtures/images/", import.meta.url);
const REAL = readdirSync(IMAGES).filter((file) => file.endsWith(".img"));

// biome-ignore lint/suspicious/noExplicitAny: decoded values of structs that are chosen at run time
type Value = any;

const real = new Map(
  REAL.map((file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, IMAGES)));
    return [file, { bytes, image: openImage(new MemorySource(bytes)) }];
  }),
);

describe.each(registry.versions)("%s", (version) => {
  let parse: (bytes: Uint8Array) => Parsed;
  beforeAll(async () => {
    parse = await kaitaiParser(version);
  });

  const images = [...real].filter(([, { image }]) => image.format.abi.target.version === version);
  test.each(images)("%s", (_, { bytes, image }) => compare(image, parse(bytes)));

  test.each(registry.arches(version))("a made image of %s", (arch) => {
    const abi = `${version}/${arch}`;
    const bytes = makeBytes({ abi, tasks: 8, pages: 4 });
    compare(openImage(new MemorySource(bytes), { abi }), parse(bytes));
  });
});

describe("pages of another size", () => {
  test("in batches", async () => {
    const abi = "v21/powerpc64";
    const bytes = makeBytes({ abi, pageSize: 65536, plain: true });
    compare(openImage(new MemorySource(bytes), { abi, pageSize: 65536 }), (await kaitaiParser("v21"))(bytes));
  });
});

/** Every record with all that is in it. */
function compare(image: Image, parsed: Parsed): void {
  const nodes = Array.from({ length: image.size }, (_, index) => image.node(index)).filter(({ record }) => record);
  expect(parsed.records.length).toBe(nodes.length);
  nodes.forEach((node, index) => {
    compareRecord(image, node, parsed.records[index]);
  });
}

function compareRecord(image: Image, node: TreeNode, parsed: Parsed): void {
  const record = node.record as ImageRecord;
  const place = `${record.title} at ${record.offset}`;
  expect([parsed.type, parsed.len], place).toEqual([record.type, record.length]);
  const { value, tail, payload, rest } = decodeRecord(image.format, image.source, record, node.contains);
  expect(rest, place).toBeUndefined();
  const { body } = parsed;
  const { h, ...fields } = value.common ? value : value;
  if (Object.keys(fields).length > 0) compareValue(fields, structOf(body, Object.keys(fields)), place);
  if (tail) compareValue(tail, member(structOf(body, []), tailName(image, record)), `${place} tail`);
  if (payload) comparePayload(image, node, payload, body, place);
  if (record.rawLength > 0) {
    const raw = image.source.view; // moved by what follows, so the bytes are taken at once
    const at = image.source.window(record.end, record.rawLength);
    const bytes = new Uint8Array(raw.buffer, raw.byteOffset + at, record.rawLength).slice();
    compareValue(bytes, parsed[property(`raw_${record.name}`)], `${place} raw`);
  }
}

function tailName(image: Image, { kind }: ImageRecord): string {
  const layout = kind?.struct?.layout ?? image.format.abi.describe("ckpt_hdr").layout;
  return layout.members.find(({ flexible }) => flexible)?.name ?? "";
}

/** The struct of a record: the body itself, or the one member of it that is there. */
function structOf(body: Parsed, names: readonly string[]): Parsed {
  if (names.some((name) => property(name) in body) || names.length === 0) return body;
  const parts = Object.entries(body).filter(([name, part]) => !/^_|^payload$|^rest$/.test(name) && part);
  const structs = parts.map(([, part]) => part).filter((part) => typeof part === "object");
  expect(structs.length).toBe(1);
  return structs[0];
}

function comparePayload({ format }: Image, node: TreeNode, payload: DecodedPayload, body: Parsed, place: string): void {
  if (node.record?.kind?.opaque) return compareContents(payload, body.rest, place);
  if (node.record?.name !== "BUFFER") {
    const given = payload.kind === "bytes" && typeof body.payload === "string" ? text(payload.bytes) : payload;
    return compareContents(given, body.payload, place);
  }
  const { label = "rest" } = node;
  const others = Object.entries(body).filter(([name, part]) => !/^_|^(index|after|ordinal|rest)$/.test(name) && part !== undefined);
  expect(others.map(([name]) => name.replace(/After.*/, "")), place).toEqual(node.label ? [property(label)] : []);
  const found = node.label ? others[0]?.[1] : body.rest;
  if (node.label) expect(body.rest.length, `${place} rest`).toBe(0);
  if (label === "page_batch") {
    expect(payload.kind).toBe("bytes");
    const { bytes } = payload as { bytes: Uint8Array };
    const { positions, pages } = found as Parsed;
    expect(bytes.length, place).toBe(positions.length * (format.wordSize + format.pageSize));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    positions.forEach((position: number, i: number) => {
      const at = i * format.wordSize;
      const own = format.wordSize === 8 ? view.getBigUint64(at, format.littleEndian) : view.getUint32(at, format.littleEndian);
      compareValue(own, position, `${place} positions[${i}]`);
    });
    compareValue(bytes.subarray(positions.length * format.wordSize), Buffer.concat(pages), `${place} pages`);
  } else if (label === "pid_table") {
    const { bytes } = payload as { bytes: Uint8Array };
    const words = (found as Parsed).flatMap(({ depth, numbers }: Parsed) => [depth, ...numbers]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(words, place).toEqual(Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4, format.littleEndian)));
  } else compareContents(payload, found, place);
}

function compareContents(payload: DecodedPayload, found: Parsed, place: string): void {
  if (payload.kind === "elements") compareValue(payload.elements, found, `${place} payload`);
  else if (payload.kind === "bytes") compareValue(payload.bytes, found, `${place} payload`);
  else compareValue(payload.text.replace(/\0+$/, ""), found, `${place} payload`);
}

function text(bytes: Uint8Array): DecodedPayload {
  return { kind: "text", text: Buffer.from(bytes).toString("utf8") };
}

function compareValue(own: Value, found: Parsed, place: string): void {
  if (typeof own === "bigint") {
    // Its 64-bit integers are floating point numbers in JavaScript, so they are rounded above 2^53.
    if (found !== Number(own)) expect.fail(`${place}: ${found} instead of ${own}`);
  } else if (typeof own === "number") {
    if (!Object.is(found, own)) expect.fail(`${place}: ${found} instead of ${own}`);
  } else if (typeof own === "string") {
    // Bytes that are not UTF-8 are replaced there.
    const bytes = encodeEscaped(own);
    if (typeof bytes === "string" || new TextDecoder().decode(bytes) !== found)
      expect.fail(`${place}: ${JSON.stringify(found)} instead of ${JSON.stringify(own)}`);
  } else if (own instanceof Uint8Array) {
    if (found === undefined || Buffer.compare(own, found) !== 0) expect.fail(`${place}: other bytes`);
  } else if (Array.isArray(own)) {
    const elements = Array.isArray(own[0]) ? own.flat() : own;
    expect(found?.length, place).toBe(elements.length);
    elements.forEach((element, i) => {
      compareValue(element, found[i], `${place}[${i}]`);
    });
  } else
    for (const [name, part] of Object.entries(own)) {
      // The header of the record is not part of its body.
      const inner = member(found, name);
      if (inner === undefined && name === "h") continue;
      compareValue(part, inner, `${place} ${name}`);
    }
}

/** A member, which may lie in an aggregate that has no name in C. */
function member(found: Parsed, name: string): Parsed {
  if (typeof found !== "object" || found === null) return undefined;
  const own = found[property(name)];
  if (own !== undefined) return own;
  // Members of unions are read when they are asked for, by getters of the class.
  const keys = [...Object.keys(found), ...Object.getOwnPropertyNames(Object.getPrototypeOf(found))];
  for (const key of keys) {
    const part = /^_|^constructor$/.test(key) ? undefined : found[key];
    if (typeof part !== "object" || Array.isArray(part) || ArrayBuffer.isView(part)) continue;
    const inner = member(part, name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
