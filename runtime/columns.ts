/** Reads numbers of many records into typed arrays, without an object per record. */
import { ShortBufferError, type Subject, UnknownNameError, WrongArgumentError } from "./errors.js";
import { isOffset, type ScalarType } from "./integers.js";

/** Paths of the numbers in a struct, with C names, e.g. `vm_start` or `h.len`. Numbers in arrays have none. */
export type NumberPath<T> = [T] extends [never]
  ? never
  : 0 extends 1 & T
    ? string
    : { [K in keyof T & string]: PathBelow<K, Exclude<T[K], undefined>> }[keyof T & string];

type PathBelow<K extends string, V> = [V] extends [never]
  ? never
  : V extends number | bigint
    ? K
    : V extends string | Uint8Array | readonly unknown[]
      ? never
      : V extends object
        ? `${K}.${NumberPath<V>}`
        : never;

/** The typed array of a field of up to 32 bits, or of a floating-point number. */
export type NumberColumn =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The typed array of a 64-bit field. */
export type WideColumn = BigUint64Array | BigInt64Array;

/** The typed array that a field is read into: the array of its width and sign. */
export type Column<T, Path extends string> = 0 extends 1 & T
  ? NumberColumn | WideColumn
  : Path extends `${infer K}.${infer Rest}`
    ? Column<Exclude<T[K & keyof T], undefined>, Rest>
    : Exclude<T[Path & keyof T], undefined> extends bigint
      ? WideColumn
      : NumberColumn;

/** A typed array per field, by path. Element `i` belongs to offset `i`. */
export type Columns<T, Path extends string> = { readonly [P in Path]: Column<T, P> };

/** What a codec knows about its struct. */
interface Layout extends Subject {
  readonly size: number;
  readonly littleEndian: boolean;
  /** Path, type and offset of each number: `h.type u32 0,h.len u32 4`. */
  readonly numbers: string;
}

/** Records in a view, by checked offsets. */
interface Records {
  readonly view: DataView;
  /** Integers of 32 bits if the whole buffer can be addressed by them. */
  readonly offsets: Int32Array | Float64Array;
  /** Whether the offsets are integers of 32 bits, and multiples of 8 from the start of the underlying buffer. */
  readonly aligned: boolean;
}

/** Where a field is in a record, in bytes, in which byte order, and the records to read: from `first` up to but not including `end`. */
interface Part {
  readonly at: number;
  readonly le: boolean;
  readonly first: number;
  readonly end: number;
}

/** Records that are read before the next field: few enough that they stay in the cache. */
const BLOCK = 256;
/** Whether this machine is little-endian. */
const NATIVE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Reads fields of many records into typed arrays: an array per field, in which element `i` belongs to offset `i`.
 *
 * @throws {ShortBufferError} when a record does not lie in the view, or its offset is not a whole number from 0 on
 * @throws {UnknownNameError} when the struct has no such number
 * @throws {WrongArgumentError} when the offsets or the fields are no list
 */
export function readColumns(
  layout: Layout,
  view: DataView,
  offsets: ArrayLike<number>,
  fields: readonly string[],
): Record<string, NumberColumn | WideColumn> {
  if (!isList(offsets)) throw new WrongArgumentError("an array of offsets", offsets);
  if (!Array.isArray(fields)) throw new WrongArgumentError("an array of paths of fields", fields);
  const records = check(layout, view, offsets);
  const count = records.offsets.length;
  const places = placesOf(layout.numbers);
  const chosen = fields.map((field) => {
    const place = places.get(field);
    if (!place) throw new UnknownNameError("number", field, [...places.keys()], `${layout.struct} (${layout.abi})`);
    const { array, size, fill } = KINDS[place.type];
    const le = place.type === "le16" || (layout.littleEndian && !place.type.startsWith("be"));
    return { field, array, fill, le, at: place.at, buffer: new ArrayBuffer(size * count) };
  });
  for (let first = 0; first < count; first += BLOCK)
    for (const { fill, buffer, at, le } of chosen)
      fill(buffer, records, { at, le, first, end: Math.min(count, first + BLOCK) });
  return Object.fromEntries(chosen.map(({ field, array: Column, buffer }) => [field, new Column(buffer)]));
}

/** Whether a value is an array or like one, as typed arrays are. A text is none. */
function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && isOffset((value as { length?: unknown }).length);
}

type Places = ReadonlyMap<string, { readonly type: ScalarType; readonly at: number }>;

/** By the text that they are read from; there is one per layout. */
const known = new Map<string, Places>();

function placesOf(numbers: string): Places {
  let places = known.get(numbers);
  if (!places) {
    const entries = numbers.split(",").filter(Boolean);
    places = new Map(
      entries.map((entry) => {
        const [path = "", type, at] = entry.split(" ");
        return [path, { type: type as ScalarType, at: Number(at) }];
      }),
    );
    known.set(numbers, places);
  }
  return places;
}

/** Checks and copies the offsets, so that nothing that the caller passes can change them afterwards. */
function check(layout: Layout, view: DataView, offsets: ArrayLike<number>): Records {
  if (view.byteOffset + view.byteLength < 2 ** 31) return checkNear(layout, view, offsets);
  const copy = Float64Array.from(offsets);
  for (const at of copy) if (!(isOffset(at) && at <= view.byteLength - layout.size)) throw short(layout, view, at);
  return { view, offsets: copy, aligned: false };
}

/** A loop of its own, with integers of 32 bits alone: V8 compiles it to a few instructions. */
function checkNear(layout: Layout, view: DataView, offsets: ArrayLike<number>): Records {
  const count = offsets.length;
  const last = view.byteLength - layout.size;
  const copy = new Int32Array(count);
  let bits = view.byteOffset;
  for (let i = 0; i < count; i++) {
    const at = offsets[i] as number;
    if (!(typeof at === "number" && at >>> 0 === at && at <= last)) throw short(layout, view, at);
    copy[i] = at;
    bits |= at;
  }
  return { view, offsets: copy, aligned: bits % 8 === 0 };
}

function short(layout: Layout, view: DataView, at: number): ShortBufferError {
  return new ShortBufferError(layout, at, layout.size, isOffset(at) ? Math.max(0, view.byteLength - at) : 0);
}

/** Reads the bits of numbers of one width. Sign and kind of the numbers are those of the array that has the same bytes. */
type Fill = (target: ArrayBuffer, records: Records, part: Part) => void;

const fill8: Fill = (target, { view, offsets }, { at, first, end }) => {
  const values = new Uint8Array(target);
  for (let i = first; i < end; i++) values[i] = view.getUint8((offsets[i] as number) + at);
};

const fill16: Fill = (target, { view, offsets }, { at, le, first, end }) => {
  const values = new Uint16Array(target);
  for (let i = first; i < end; i++) values[i] = view.getUint16((offsets[i] as number) + at, le);
};

const fill32: Fill = (target, { view, offsets }, { at, le, first, end }) => {
  const values = new Uint32Array(target);
  for (let i = first; i < end; i++) values[i] = view.getUint32((offsets[i] as number) + at, le);
};

const fill64: Fill = (target, records, part) => {
  const { view, offsets, aligned } = records;
  const { at, le, first, end } = part;
  if (aligned && at % 8 === 0 && le === NATIVE) {
    const source = new BigUint64Array(view.buffer, 0, Math.floor((view.byteOffset + view.byteLength) / 8));
    const values = new BigUint64Array(target);
    const base = view.byteOffset + at;
    for (let i = first; i < end; i++) values[i] = source[(base + (offsets[i] as number)) >> 3] as bigint;
    return;
  }
  const words = new Uint32Array(target);
  const swapped = le === NATIVE ? 0 : 1;
  for (let i = first; i < end; i++) {
    const from = (offsets[i] as number) + at;
    words[2 * i + swapped] = view.getUint32(from, le);
    words[2 * i + 1 - swapped] = view.getUint32(from + 4, le);
  }
};

interface Kind {
  readonly array: new (buffer: ArrayBuffer) => NumberColumn | WideColumn;
  /** Size in bytes. */
  readonly size: number;
  readonly fill: Fill;
}

const KINDS: Readonly<Record<ScalarType, Kind>> = {
  u8: { array: Uint8Array, size: 1, fill: fill8 },
  char: { array: Uint8Array, size: 1, fill: fill8 },
  s8: { array: Int8Array, size: 1, fill: fill8 },
  u16: { array: Uint16Array, size: 2, fill: fill16 },
  le16: { array: Uint16Array, size: 2, fill: fill16 },
  be16: { array: Uint16Array, size: 2, fill: fill16 },
  s16: { array: Int16Array, size: 2, fill: fill16 },
  u32: { array: Uint32Array, size: 4, fill: fill32 },
  be32: { array: Uint32Array, size: 4, fill: fill32 },
  s32: { array: Int32Array, size: 4, fill: fill32 },
  f32: { array: Float32Array, size: 4, fill: fill32 },
  u64: { array: BigUint64Array, size: 8, fill: fill64 },
  s64: { array: BigInt64Array, size: 8, fill: fill64 },
  f64: { array: Float64Array, size: 8, fill: fill64 },
};
