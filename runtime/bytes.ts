/** The bytes that codecs read and write: a window on them as the caller has it. */
import { NotBytesError, type Subject } from "./errors.js";

/**
 * Where a codec reads or writes. Offsets count from the start of the window, whatever lies before it in the memory behind it. A `Buffer` of
 * Node is a `Uint8Array`. A `DataView` is quicker: of a `Uint8Array` one is made in each call.
 */
export type Bytes = DataView | Uint8Array;

/**
 * The same bytes as a `DataView`; for generated code, which asks only when it has none.
 *
 * @throws {NotBytesError} for anything else, such as an `ArrayBuffer` or an array of wider numbers
 */
export function viewOf(subject: Subject, bytes: unknown): DataView {
  // Objects of another realm, such as a worker's sandbox, are instances of its own classes.
  const tag = Object.prototype.toString.call(bytes);
  if (ArrayBuffer.isView(bytes) && (tag === "[object Uint8Array]" || tag === "[object DataView]"))
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new NotBytesError(subject, bytes);
}

/** `length` bytes of a view from `at` on, without a copy: writing into the result writes into the buffer. */
export function windowOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}
