/**
 * The errors of codecs and of look-ups by name. Each carries the facts of its message as properties; `code` tells the kinds apart
 * without `instanceof`, so that it works across copies of this package.
 */

import { isOffset } from "./integers.js";

/** What every error of this package knows: the struct and the version and architecture it was used for. */
export interface Subject {
  /** C name of the struct, e.g. `ckpt_hdr_vma`. */
  readonly struct: string;
  /** `version/arch`, e.g. `v19/x86_32`. */
  readonly abi: string;
}

export type AbiErrorCode =
  | "short-buffer"
  | "not-bytes"
  | "out-of-range"
  | "missing-field"
  | "lossy-text"
  | "union-conflict"
  | "not-implemented"
  | "unknown-name";

/** Base of all errors that this package throws on purpose. */
export abstract class AbiError extends Error {
  abstract readonly code: AbiErrorCode;

  override get name(): string {
    return this.constructor.name;
  }
}

/** The buffer ends before the struct does, or the offset is not one. Nothing was read or written. */
export class ShortBufferError extends AbiError {
  readonly code = "short-buffer";

  constructor(
    readonly subject: Subject,
    /** Offset of the struct in the buffer. */
    readonly offset: number,
    /** Bytes that the struct takes. */
    readonly needed: number,
    /** Bytes that the buffer has from that offset on. */
    readonly available: number,
  ) {
    super(
      isOffset(offset)
        ? `${subject.struct} (${subject.abi}) takes ${needed} bytes at offset ${offset}, but the buffer has ${available}`
        : `${subject.struct} (${subject.abi}) takes an offset that is a whole number from 0 on, not ${show(offset)}`,
    );
  }
}

/** What was given to be read or written is neither a `DataView` nor a `Uint8Array`. */
export class NotBytesError extends AbiError {
  readonly code = "not-bytes";

  constructor(
    readonly subject: Subject,
    readonly value: unknown,
  ) {
    super(`${subject.struct} (${subject.abi}) takes a DataView or a Uint8Array, not ${className(value)}`);
  }
}

/** A value does not fit its field. Nothing was written. */
export class OutOfRangeError extends AbiError {
  readonly code = "out-of-range";

  constructor(
    readonly subject: Subject,
    /** Path of the field, e.g. `h.len` or `rlim[3].rlim_cur`; empty for the struct as a whole. */
    readonly field: string,
    readonly value: unknown,
    /** What would be accepted, e.g. `an integer from 0 to 65535`. */
    readonly allowed: string,
  ) {
    super(`${place(subject, field)} takes ${allowed}, not ${show(value)}`);
  }
}

/** A field that this layout has is missing from the value. Nothing was written. */
export class MissingFieldError extends AbiError {
  readonly code = "missing-field";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly allowed: string,
  ) {
    super(`${place(subject, field)} is missing: it takes ${allowed}`);
  }
}

/** A string would not come back as it was: it is too long, or has characters that no bytes stand for. Nothing was written. */
export class LossyTextError extends AbiError {
  readonly code = "lossy-text";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly value: string,
    readonly allowed: string,
    readonly why: string,
  ) {
    super(`${subject.struct}.${field} (${subject.abi}) takes ${allowed}, not ${show(value)}: ${why}`);
  }
}

/** Two members of a union were given and mean different bytes. Nothing was written. */
export class UnionConflictError extends AbiError {
  readonly code = "union-conflict";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `${subject.struct}.${field} (${subject.abi}): the union members ${first} and ${second} disagree; give only the one that is meant`,
    );
  }
}

/** The architecture does not have the struct or the number in this version. */
export class NotImplementedError extends AbiError {
  readonly code = "not-implemented";

  constructor(
    /** C name of the struct, or `arch_id`. */
    readonly struct: string,
    readonly version: string,
    readonly arch: string,
    readonly reason: string,
  ) {
    super(`${struct} is not implemented on ${arch} in ${version}: ${reason}`);
  }
}

/** No struct, version or architecture has this name. */
export class UnknownNameError extends AbiError {
  readonly code = "unknown-name";

  constructor(
    /** What was looked for: `struct`, `version`, `arch`, … */
    readonly kind: string,
    readonly unknown: string,
    /** All names that exist; callers look for the nearest. */
    readonly known: readonly string[],
    detail = "",
  ) {
    super(`unknown ${kind} ${JSON.stringify(unknown)}${detail && `: ${detail}`}`);
  }
}

function place(subject: Subject, field: string): string {
  return `${subject.struct}${field && `.${field}`} (${subject.abi})`;
}

/** What kind of thing a value is: `an ArrayBuffer`, `a string`, `undefined`. */
function className(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const name =
    typeof value === "object" ? Object.prototype.toString.call(value).slice("[object ".length, -1) : typeof value;
  return `${/^[aeiou]/i.test(name) && !/^u(int|ni)/i.test(name) ? "an" : "a"} ${name}`;
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "number" || value === null || value === undefined || typeof value === "boolean")
    return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
