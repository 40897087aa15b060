/** The base of the generated codecs and views, and of codecs for structs that an architecture does not have. */
import { type Bytes, viewOf, windowOf } from "./bytes.js";
import { type Columns, type NumberPath, readColumns } from "./columns.js";
import { MissingFieldError, NotImplementedError, OutOfRangeError, ShortBufferError, type Subject } from "./errors.js";
import { ALLOWED, isOffset, type ScalarType } from "./integers.js";
import type { Target } from "./target.js";

/** What views and helpers need to know about a codec: its name for error messages, and the byte order. */
export interface CodecContext extends Subject {
  readonly littleEndian: boolean;
  short(view: DataView, at: number, needed?: number): ShortBufferError;
  reject(field: string, type: ScalarType, value: unknown): MissingFieldError | OutOfRangeError;
  refuse(field: string, allowed: string, value: unknown): MissingFieldError | OutOfRangeError;
}

/**
 * Codec of one struct for one version and architecture. Generated classes extend it, one per distinct layout.
 *
 * Codecs read and write a `DataView` or a `Uint8Array` (a Node `Buffer` is one). All offsets are in bytes from its start. It is fastest to use one
 * `DataView` for all records and pass offsets.
 */
export abstract class StructCodec<T extends object = object, V extends StructView = StructView>
  implements CodecContext
{
  /** Size of the struct in bytes, with trailing padding, without a flexible array at its end. */
  abstract readonly size: number;
  /** Alignment of the struct in C, in bytes. Records in an image are not aligned. */
  abstract readonly align: number;
  /** `version/arch`, e.g. `v19/x86_32`. */
  declare readonly abi: string;
  /** Byte order of the image. Declared, not defined: a field that is set once is a constant for the compiler of V8. */
  declare readonly littleEndian: boolean;

  constructor(
    readonly target: Target,
    /** C name of the struct in this version. */
    readonly struct: string,
  ) {
    this.abi = target.name;
    this.littleEndian = target.littleEndian;
  }

  /**
   * Reads the struct at `at`.
   *
   * @throws {ShortBufferError} when the bytes end before the struct does, or `at` is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   */
  abstract decode(bytes: Bytes, at?: number): T;

  /**
   * Writes the fields of `value` at `at`. All fields are checked before the first byte is written. Padding is not written: encoding over the original
   * bytes keeps it, encoding into a new buffer leaves zeros.
   *
   * @throws {ShortBufferError} when the bytes end before the struct does, or `at` is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   * @throws {MissingFieldError} when the value lacks a field
   * @throws {OutOfRangeError} when a value does not fit its width
   * @throws {LossyTextError} when a text would not decode to the same text
   * @throws {UnionConflictError} when members of a union disagree
   */
  abstract encode(value: T, bytes: Bytes, at?: number): void;

  /**
   * A view of the struct at `at`. Nothing is read yet: each getter and setter accesses only the bytes of its field.
   *
   * @throws {ShortBufferError} when the bytes end before the struct does, or `at` is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   */
  abstract view(bytes: Bytes, at?: number): V;

  /**
   * Reads some numbers of many structs, each into one typed array: much faster than {@link decode} for each struct, and as exact. 64-bit fields
   * become a `BigUint64Array` or a `BigInt64Array`, others the array of their width and sign.
   *
   * @param offsets where the structs begin, in bytes from the start of `bytes`, in any order
   * @param fields paths with C names, e.g. `vm_start` or `h.len`; numbers in arrays have none
   * @returns the arrays by path; element `i` is that of the struct at `offsets[i]`
   * @throws {ShortBufferError} when one of the structs does not lie in the bytes, or an offset is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   * @throws {UnknownNameError} when the struct has no number with such a path
   * @throws {WrongArgumentError} when the offsets or the fields are no list
   */
  columns<F extends NumberPath<T>>(bytes: Bytes, offsets: ArrayLike<number>, fields: readonly F[]): Columns<T, F> {
    const view = bytes instanceof DataView ? bytes : viewOf(this, bytes);
    return readColumns(this, view, offsets, fields) as Columns<T, F>;
  }

  /** Path, type and offset in bytes of each number outside arrays, as `h.type u32 0,h.len u32 4`; for {@link columns}. */
  get numbers(): string {
    return "";
  }

  /** Reads the struct at `at`; an alias of {@link decode}, with the same errors. */
  fromBytes(bytes: Bytes, at = 0): T {
    return this.decode(bytes, at);
  }

  /** Encodes `value` into new bytes. `base`, if given, supplies the bytes that no field covers (padding). */
  toBytes(value: T, base?: Bytes): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    const view = new DataView(bytes.buffer);
    if (base !== undefined) bytes.set(windowOf(viewOf(this, base), 0, Math.min(this.size, base.byteLength)));
    this.encode(value, view);
    return bytes;
  }

  /** The error for a buffer that is too short or an invalid offset; for generated code. */
  short(view: DataView, at: number, needed = this.size): ShortBufferError {
    return new ShortBufferError(this, at, needed, isOffset(at) ? Math.max(0, view.byteLength - at) : 0);
  }

  /** The error for a value that does not fit; for generated code. */
  reject(field: string, type: ScalarType, value: unknown): MissingFieldError | OutOfRangeError {
    return this.refuse(field, ALLOWED[type], value);
  }

  /** The error for a value that is missing or not allowed; `allowed` describes in words what is. For generated code. */
  refuse(field: string, allowed: string, value: unknown): MissingFieldError | OutOfRangeError {
    return value === undefined
      ? new MissingFieldError(this, field, allowed)
      : new OutOfRangeError(this, field, value, allowed);
  }
}

/**
 * Zero-copy view of a struct. Generated classes add a getter and a setter per field. Names of the common members begin with `$`, which no C field
 * does. There is no base class: calling its constructor would cost more than reading the fields.
 */
export interface StructView {
  readonly $codec: CodecContext;
  readonly $view: DataView;
  /** Offset of the struct in the view. */
  readonly $at: number;
  /** Path of a nested struct in the outer struct, for messages, e.g. `cap_s.`. */
  readonly $path: string;
}

/** Codec of a struct that the architecture does not have: any use throws {@link NotImplementedError}. */
export class NotImplementedCodec extends StructCodec<never, never> {
  constructor(
    target: Target,
    struct: string,
    /** Why the architecture does not have the struct. */
    readonly reason: string,
  ) {
    super(target, struct);
  }

  get size(): number {
    throw this.error();
  }

  get align(): number {
    throw this.error();
  }

  override decode(): never {
    throw this.error();
  }

  override encode(): never {
    throw this.error();
  }

  override view(): never {
    throw this.error();
  }

  override columns(): never {
    throw this.error();
  }

  override fromBytes(): never {
    throw this.error();
  }

  override toBytes(): never {
    throw this.error();
  }

  private error(): NotImplementedError {
    return new NotImplementedError(this.struct, this.target.version, this.target.arch, this.reason);
  }
}
