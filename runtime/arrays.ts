/** Arrays in structs: their values, and live views of their elements. */
import type { CodecContext } from "./codec.js";

/** Reads `length` elements that lie `stride` bytes apart. */
export function readArray<T>(length: number, at: number, stride: number, read: (at: number) => T): T[] {
  const values = new Array<T>(length);
  for (let i = 0; i < length; i++) values[i] = read(at + i * stride);
  return values;
}

/** A copy of `length` bytes. */
export function readBytes(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
}

export function writeBytes(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset + at, bytes.length).set(bytes);
}

/** Checks that a value is an array of exactly `length` elements. */
export function checkArray(codec: CodecContext, field: string, value: unknown, length: number): unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw codec.refuse(field, `an array of ${length}`, value);
  return value;
}

/** Checks that a value is a `Uint8Array` (of any realm) of exactly `length` bytes. */
export function checkBytes(codec: CodecContext, field: string, value: unknown, length: number): Uint8Array {
  if (!isBytes(value) || value.length !== length) throw codec.refuse(field, `a Uint8Array of ${length} bytes`, value);
  return value;
}

/** Checks that a nested struct or union is an object. */
export function checkObject<T>(codec: CodecContext, field: string, value: T): T {
  if (typeof value !== "object" || value === null) throw codec.refuse(field, "an object", value);
  return value;
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** Live view of an array: each access reads or writes one element. */
export class ArrayView<T> implements Iterable<T> {
  constructor(
    readonly length: number,
    private readonly read: (index: number) => T,
    private readonly write?: (index: number, value: T) => void,
  ) {}

  /**
   * The element at `index`.
   *
   * @throws {RangeError} when `index` is out of range
   */
  get(index: number): T {
    return this.read(this.check(index));
  }

  /**
   * Writes the element at `index`.
   *
   * @throws {RangeError} when `index` is out of range, or the elements are structs (set the fields of the element instead)
   */
  set(index: number, value: T): void {
    if (!this.write) throw new RangeError("an element that is a struct is changed through its own fields");
    this.write(this.check(index), value);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.length; i++) yield this.read(i);
  }

  private check(index: number): number {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      throw new RangeError(`no element ${index} in an array of ${this.length}`);
    return index;
  }
}
