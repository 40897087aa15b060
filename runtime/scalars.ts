/** Number types of the schema at run time, for payloads of plain numbers and for single fields. */
import { isF32, isF64, isS8, isS16, isS32, isS64, isU8, isU16, isU32, isU64, type ScalarType } from "./integers.js";

/** Reads and writes numbers of one type. */
export interface Scalar {
  /** Size in bytes. */
  readonly size: number;
  read(view: DataView, at: number, littleEndian: boolean): number | bigint;
  /** Reads as a `number`: 64-bit values above 2^53 are rounded. */
  readNumber(view: DataView, at: number, littleEndian: boolean): number;
  fits(value: unknown): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: callers check with `fits` first
  write(view: DataView, at: number, value: any, littleEndian: boolean): void;
}

/** A type whose values are numbers, not bigints. */
function narrow(
  size: number,
  read: (view: DataView, at: number, littleEndian: boolean) => number,
  fits: (value: unknown) => boolean,
  write: (view: DataView, at: number, value: number, littleEndian: boolean) => void,
): Scalar {
  return { size, read, readNumber: read, fits, write };
}

const u8 = narrow(
  1,
  (v, at) => v.getUint8(at),
  isU8,
  (v, at, n) => v.setUint8(at, n),
);

const WORD = 2 ** 32;

function unsigned(view: DataView, at: number, le: boolean): number {
  return view.getUint32(le ? at + 4 : at, le) * WORD + view.getUint32(le ? at : at + 4, le);
}

function signed(view: DataView, at: number, le: boolean): number {
  return view.getInt32(le ? at + 4 : at, le) * WORD + view.getUint32(le ? at : at + 4, le);
}

/** A number as a bigint, if it was not rounded. Node 20 converts a number several times as fast as it reads a bigint. */
function exact(number: number): bigint | undefined {
  return Number.isSafeInteger(number) ? BigInt(number) : undefined;
}

const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  u8,
  char: u8,
  s8: narrow(
    1,
    (v, at) => v.getInt8(at),
    isS8,
    (v, at, n) => v.setInt8(at, n),
  ),
  u16: narrow(
    2,
    (v, at, le) => v.getUint16(at, le),
    isU16,
    (v, at, n, le) => v.setUint16(at, n, le),
  ),
  s16: narrow(
    2,
    (v, at, le) => v.getInt16(at, le),
    isS16,
    (v, at, n, le) => v.setInt16(at, n, le),
  ),
  u32: narrow(
    4,
    (v, at, le) => v.getUint32(at, le),
    isU32,
    (v, at, n, le) => v.setUint32(at, n, le),
  ),
  s32: narrow(
    4,
    (v, at, le) => v.getInt32(at, le),
    isS32,
    (v, at, n, le) => v.setInt32(at, n, le),
  ),
  u64: {
    size: 8,
    read: (v, at, le) => exact(unsigned(v, at, le)) ?? v.getBigUint64(at, le),
    readNumber: unsigned,
    fits: isU64,
    write: (v, at, n, le) => v.setBigUint64(at, n, le),
  },
  s64: {
    size: 8,
    read: (v, at, le) => exact(signed(v, at, le)) ?? v.getBigInt64(at, le),
    readNumber: signed,
    fits: isS64,
    write: (v, at, n, le) => v.setBigInt64(at, n, le),
  },
  f32: narrow(
    4,
    (v, at, le) => v.getFloat32(at, le),
    isF32,
    (v, at, n, le) => v.setFloat32(at, n, le),
  ),
  f64: narrow(
    8,
    (v, at, le) => v.getFloat64(at, le),
    isF64,
    (v, at, n, le) => v.setFloat64(at, n, le),
  ),
  le16: narrow(
    2,
    (v, at) => v.getUint16(at, true),
    isU16,
    (v, at, n) => v.setUint16(at, n, true),
  ),
  be16: narrow(
    2,
    (v, at) => v.getUint16(at),
    isU16,
    (v, at, n) => v.setUint16(at, n),
  ),
  be32: narrow(
    4,
    (v, at) => v.getUint32(at),
    isU32,
    (v, at, n) => v.setUint32(at, n),
  ),
};

/** The scalar of that name; undefined for the name of a struct. */
export function scalar(type: string): Scalar | undefined {
  return Object.hasOwn(SCALARS, type) ? SCALARS[type as ScalarType] : undefined;
}
