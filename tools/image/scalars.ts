/** The widths of the schema at run time: for payloads whose elements are plain numbers, and for single fields. */
import {
  isF32,
  isF64,
  isS8,
  isS16,
  isS32,
  isS64,
  isU8,
  isU16,
  isU32,
  isU64,
  type ScalarType,
} from "../../runtime/integers.js";

interface Scalar {
  /** In bytes. */
  readonly size: number;
  read(view: DataView, at: number, littleEndian: boolean): number | bigint;
  fits(value: unknown): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: `fits` is asked first
  write(view: DataView, at: number, value: any, littleEndian: boolean): void;
}

const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  u8: { size: 1, read: (v, at) => v.getUint8(at), fits: isU8, write: (v, at, n) => v.setUint8(at, n) },
  char: { size: 1, read: (v, at) => v.getUint8(at), fits: isU8, write: (v, at, n) => v.setUint8(at, n) },
  s8: { size: 1, read: (v, at) => v.getInt8(at), fits: isS8, write: (v, at, n) => v.setInt8(at, n) },
  u16: {
    size: 2,
    read: (v, at, le) => v.getUint16(at, le),
    fits: isU16,
    write: (v, at, n, le) => v.setUint16(at, n, le),
  },
  s16: {
    size: 2,
    read: (v, at, le) => v.getInt16(at, le),
    fits: isS16,
    write: (v, at, n, le) => v.setInt16(at, n, le),
  },
  u32: {
    size: 4,
    read: (v, at, le) => v.getUint32(at, le),
    fits: isU32,
    write: (v, at, n, le) => v.setUint32(at, n, le),
  },
  s32: {
    size: 4,
    read: (v, at, le) => v.getInt32(at, le),
    fits: isS32,
    write: (v, at, n, le) => v.setInt32(at, n, le),
  },
  u64: {
    size: 8,
    read: (v, at, le) => v.getBigUint64(at, le),
    fits: isU64,
    write: (v, at, n, le) => v.setBigUint64(at, n, le),
  },
  s64: {
    size: 8,
    read: (v, at, le) => v.getBigInt64(at, le),
    fits: isS64,
    write: (v, at, n, le) => v.setBigInt64(at, n, le),
  },
  f32: {
    size: 4,
    read: (v, at, le) => v.getFloat32(at, le),
    fits: isF32,
    write: (v, at, n, le) => v.setFloat32(at, n, le),
  },
  f64: {
    size: 8,
    read: (v, at, le) => v.getFloat64(at, le),
    fits: isF64,
    write: (v, at, n, le) => v.setFloat64(at, n, le),
  },
  le16: { size: 2, read: (v, at) => v.getUint16(at, true), fits: isU16, write: (v, at, n) => v.setUint16(at, n, true) },
  be16: { size: 2, read: (v, at) => v.getUint16(at), fits: isU16, write: (v, at, n) => v.setUint16(at, n) },
  be32: { size: 4, read: (v, at) => v.getUint32(at), fits: isU32, write: (v, at, n) => v.setUint32(at, n) },
};

/** The scalar of that name, or undefined when the name is a struct's. */
export function scalar(type: string): Scalar | undefined {
  return Object.hasOwn(SCALARS, type) ? SCALARS[type as ScalarType] : undefined;
}
