/** The bytes that codecs read and write, passed as a view on the caller's memory. */
import { NotBytesError, type Subject } from "./errors.js";

/**
 * Bytes that a codec reads or writes. Offsets count from the start of the view, not of the underlying `ArrayBuffer`. A Node `Buffer` is a
 * `Uint8Array`. A `DataView` is faster: for a `Uint8Array`, each call creates one.
 */
export type Bytes = DataView | Uint8Array;

/**
 * `bytes` as a `DataView` on the same memory. For generated code, which calls it only if it was not passed a `DataView`.
 *
 * @throws {NotBytesError} for anything else, such as an `ArrayBuffer` or an array of wider numbers
 */
export function viewOf(subject: Subject, bytes: unknown): DataView {
  // Objects of another realm, such as a `vm` context, are instances of that realm's classes.
  const tag = Object.prototype.toString.call(bytes);
  if (ArrayBuffer.isView(bytes) && (tag === "[object Uint8Array]" || tag === "[object DataView]"))
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new NotBytesError(subject, bytes);
}

/** `length` bytes of a view from `at` on, without a copy: writing to the result writes to the buffer. */
export function windowOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}
