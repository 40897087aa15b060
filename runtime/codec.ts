import { type Bytes, viewOf, windowOf } from "./bytes.js";
import { MissingFieldError, NotImplementedError, OutOfRangeError, ShortBufferError, type Subject } from "./errors.js";
import { ALLOWED, isOffset, type ScalarType } from "./integers.js";
import type { Target } from "./target.js";

/** What views and helpers need of a codec: whom an error is about, and the byte order. */
export interface CodecContext extends Subject {
  readonly littleEndian: boolean;
  short(view: DataView, at: number, needed?: number): ShortBufferError;
  reject(field: string, type: ScalarType, value: unknown): MissingFieldError | OutOfRangeError;
  refuse(field: string, allowed: string, value: unknown): MissingFieldError | OutOfRangeError;
}

/**
 * Codec of one struct for one version and architecture. Generated classes derive from it, one per distinct layout.
 *
 * Codecs read from and write to a `DataView` or a `Uint8Array`, which a `Buffer` of Node is as well. All offsets are in bytes from its start.
 * One long-lived `DataView` with offsets is the fast way; a view per record is not needed.
 */
export abstract class StructCodec<T extends object = object, V extends StructView = StructView>
  implements CodecContext
{
  /** Bytes that the struct takes, trailing padding included, inline tail excluded. */
  abstract readonly size: number;
  /** Alignment of the struct in C, in bytes. Records in an image are not aligned. */
  abstract readonly align: number;
  /** `version/arch`, e.g. `v19/x86_32`. */
  readonly abi: string;
  /** Byte order of the image. */
  readonly littleEndian: boolean;

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
   * Writes the fields of `value` at `at`. Everything is checked before the first byte is written. Padding is left as it is: encoding
   * over the original bytes keeps them to the last bit, encoding into a fresh buffer leaves zeros.
   *
   * @throws {ShortBufferError} when the bytes end before the struct does, or `at` is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   * @throws {MissingFieldError} when the value lacks a field
   * @throws {OutOfRangeError} when a value does not fit its width
   * @throws {LossyTextError} when a text would not come back as it is
   * @throws {UnionConflictError} when members of a union disagree
   */
  abstract encode(value: T, bytes: Bytes, at?: number): void;

  /**
   * A window on the bytes at `at`, without reading them: getters and setters touch only their own bytes.
   *
   * @throws {ShortBufferError} when the bytes end before the struct does, or `at` is not a whole number from 0 on
   * @throws {NotBytesError} when `bytes` is neither a `DataView` nor a `Uint8Array`
   */
  abstract view(bytes: Bytes, at?: number): V;

  /** The same as {@link decode}. */
  fromBytes(bytes: Bytes, at = 0): T {
    return this.decode(bytes, at);
  }

  /** Encodes into new bytes; `base`, when given, supplies what no field covers (padding). */
  toBytes(value: T, base?: Bytes): Uint8Array {
    const bytes = new Uint8Array(this.size);
    const view = new DataView(bytes.buffer);
    if (base !== undefined) bytes.set(windowOf(viewOf(this, base), 0, Math.min(this.size, base.byteLength)));
    this.encode(value, view);
    return bytes;
  }

  /** The error for a buffer that is too short, or an offset that is none; for generated code. */
  short(view: DataView, at: number, needed = this.size): ShortBufferError {
    return new ShortBufferError(this, at, needed, isOffset(at) ? Math.max(0, view.byteLength - at) : 0);
  }

  /** The error for a value that does not fit; for generated code. */
  reject(field: string, type: ScalarType, value: unknown): MissingFieldError | OutOfRangeError {
    return this.refuse(field, ALLOWED[type], value);
  }

  /** The same with the allowed values in words. */
  refuse(field: string, allowed: string, value: unknown): MissingFieldError | OutOfRangeError {
    return value === undefined
      ? new MissingFieldError(this, field, allowed)
      : new OutOfRangeError(this, field, value, allowed);
  }
}

/**
 * Zero-copy window on a struct. Generated classes add a getter and a setter per field. The names that all have in common begin with `$`,
 * which no C field does. There is no base class: a call of its constructor would cost more than reading the fields.
 */
export interface StructView {
  readonly $codec: CodecContext;
  readonly $view: DataView;
  /** Offset of the struct in the view. */
  readonly $at: number;
  /** Where a nested struct lies in the outer one, for messages: `cap_s.`. */
  readonly $path: string;
}

/** Stands in for the codec of a struct that the architecture does not have: any use throws. */
export class NotImplementedCodec extends StructCodec<never, never> {
  constructor(
    target: Target,
    struct: string,
    /** Why the architecture does not have it. */
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
