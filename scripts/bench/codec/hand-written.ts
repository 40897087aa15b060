/**
 * Codecs as a careful programmer writes them without a generator, for one byte order: one function per struct and direction, constants, an object
 * literal. Which way of handling 64-bit integers is the fastest depends on the version of Node, so there are three.
 */
import { type Contender, type Records, recordBytes } from "./contender.js";
import type { Field } from "./records.js";

/** A number of a struct. */
interface Place {
  /** Path of C names, e.g. `h.len`. */
  readonly path: string;
  readonly type: string;
  /** Offset in bytes from the start of the struct. */
  readonly offset: number;
}

/** How a programmer reads and writes. `i` is the position of the field, `$0`, `$1`, … are the checked values. */
interface Style {
  readonly name: string;
  /** Statements before the reads. */
  readonly load?: (size: number) => string;
  readonly read: (place: Place) => string;
  readonly write: (place: Place, i: number) => string;
  /** Statements after the writes. */
  readonly store?: (size: number) => string;
}

const METHOD: Readonly<Record<string, string>> = {
  u8: "Uint8",
  u16: "Uint16",
  u32: "Uint32",
  s32: "Int32",
  u64: "BigUint64",
};

const dataView: Style = {
  name: "by hand: DataView",
  read: ({ type, offset }) => `view.get${METHOD[type]}(at + ${offset}, true)`,
  write: ({ type, offset }, i) => `view.set${METHOD[type]}(at + ${offset}, $${i}, true);`,
};

const words: Style = {
  name: "by hand: words",
  read: (place) => (place.type === "u64" ? `readWide(view, at + ${place.offset})` : dataView.read(place)),
  write: (place, i) =>
    place.type === "u64" ? `writeWide(view, at + ${place.offset}, $${i});` : dataView.write(place, i),
};

/** Elements of the aligned array that has the bytes of the struct. */
const element = ({ type, offset }: Place) => `${type}[${offset / (Number(type.slice(1)) / 8)}]`;

const scratch: Style = {
  name: "by hand: scratch",
  load: (size) => `for (let i = 0; i < ${size / 4}; i++) u32[i] = view.getUint32(at + 4 * i, true);`,
  read: element,
  write: (place, i) => `${element(place)} = $${i};`,
  store: (size) => `for (let i = 0; i < ${size / 4}; i++) view.setUint32(at + 4 * i, u32[i], true);`,
};

/** What the functions use, with the fastest checks. */
const COMMON = `
const u64 = new BigUint64Array(64);
const [u32, s32, u16, u8] = [Uint32Array, Int32Array, Uint16Array, Uint8Array].map((Type) => new Type(u64.buffer));
const pair = new Uint32Array(2), wide = new BigUint64Array(pair.buffer);
function readWide(view, at) {
  pair[0] = view.getUint32(at, true);
  pair[1] = view.getUint32(at + 4, true);
  return wide[0];
}
function writeWide(view, at, value) {
  wide[0] = value;
  view.setUint32(at, pair[0], true);
  view.setUint32(at + 4, pair[1], true);
}
function checkRoom(view, at, size) {
  if (at < 0 || at + size > view.byteLength) throw new RangeError(size + " bytes at " + at + " do not fit");
}
const { asUintN } = BigInt;
function isU8(value) { return typeof value === "number" && (value & 0xff) === value; }
function isU16(value) { return typeof value === "number" && (value & 0xffff) === value; }
function isU32(value) { return typeof value === "number" && value >>> 0 === value; }
function isS32(value) { return typeof value === "number" && (value | 0) === value; }
function isU64(value) { return typeof value === "bigint" && asUintN(64, value) === value; }
`;

function decodeText({ fields, size }: Records, { load, read }: Style): string {
  return `(view, at) => {
  checkRoom(view, at, ${size});
  ${load?.(size) ?? ""}
  return ${literal(fields, placesOf(fields), read)};
}`;
}

function encodeText({ fields, size }: Records, { write, store }: Style): string {
  const places = placesOf(fields);
  const checks = places.map(
    ({ path, type }, i) => `const $${i} = value.${path};
  if (!is${type.toUpperCase()}($${i})) throw new RangeError("${path}: " + $${i} + " is not a ${type}");`,
  );
  return `(value, view, at) => {
  checkRoom(view, at, ${size});
  ${checks.join("\n  ")}
  ${places.map(write).join("\n  ")}
  ${store?.(size) ?? ""}
}`;
}

/** The object literal of a struct. */
function literal(fields: readonly Field[], places: readonly Place[], read: Style["read"], prefix = ""): string {
  const values = fields.map(({ name, fields: inner }) => {
    const path = `${prefix}${name}`;
    return `${name}: ${inner ? literal(inner, places, read, `${path}.`) : read(placeOf(places, path))}`;
  });
  return `{ ${values.join(", ")} }`;
}

function placeOf(places: readonly Place[], path: string): Place {
  const place = places.find((candidate) => candidate.path === path);
  if (!place) throw new Error(`there is no ${path}`);
  return place;
}

/** All numbers of a struct without padding, in order. */
function placesOf(fields: readonly Field[]): Place[] {
  let offset = 0;
  const visit = (list: readonly Field[], prefix: string): Place[] =>
    list.flatMap(({ name, type, fields: inner }) => {
      if (inner) return visit(inner, `${prefix}${name}.`);
      const place = { path: `${prefix}${name}`, type, offset };
      offset += Number(type.slice(1)) / 8;
      return [place];
    });
  return visit(fields, "");
}

export const HAND_WRITTEN: readonly string[] = [dataView, words, scratch].map(({ name }) => name);

export function handWritten(records: Records): Contender[] {
  const { struct, view, values } = records;
  return [dataView, words, scratch].map((style) => {
    const target = new DataView(new ArrayBuffer(view.byteLength));
    // The name makes the texts differ, so that engines keep what they learn about each apart.
    const { decode, encode } = new Function(`// ${style.name}, ${struct}
${COMMON}
return { decode: ${decodeText(records, style)}, encode: ${encodeText(records, style)} };`)();
    return {
      name: style.name,
      decode: { statement: "sink[i & 15] = decode(view, at);", bindings: { decode, view } },
      encode: {
        statement: "encode(values[i], target, at);",
        bindings: { encode, values, target },
        bytes: (_, record) => recordBytes(records, target, record),
      },
    };
  });
}
