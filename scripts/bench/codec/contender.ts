/** One way to read and write a struct, as the bench runs it. */
import type { Field, Value } from "./records.js";

/** The records of one struct. */
export interface Records {
  readonly struct: string;
  readonly fields: readonly Field[];
  readonly values: readonly Value[];
  /** All records, one behind the other. */
  readonly view: DataView;
  /** Bytes of one record. */
  readonly size: number;
}

/**
 * What is done with one record.
 *
 * The code is a text because every contender needs a loop of its own: engines keep what they learn about a call with the source
 * position of the call, and a loop that all contenders shared would punish each for the others.
 */
export interface Work {
  /** Statement for record number `i` at byte `at`; results go into `sink[i & 15]`, which keeps them from being optimized away. */
  readonly statement: string;
  /** What else the statement names. */
  readonly bindings: Readonly<Record<string, unknown>>;
}

export interface Decoding extends Work {
  /** The result in the sink as a plain value with the kernel's field names; identity when missing. */
  plain?(result: unknown): Value;
  /** 64-bit values from 2^53 on come out wrong, by design. */
  readonly inexact?: true;
}

export interface Encoding extends Work {
  /** The bytes of the record after the statement ran; `result` is what it left in the sink. */
  bytes(result: unknown, record: number): Uint8Array;
  /** Bytes that mean the same in the contender's own format, when that is not the kernel's. */
  readonly expected?: readonly Uint8Array[];
}

export interface Contender {
  readonly name: string;
  readonly decode: Decoding;
  /** Missing when the contender cannot write. */
  readonly encode?: Encoding;
  /** Reads three fields without decoding the rest. */
  readonly view?: Work & { readonly fields: readonly string[] };
}

/** Bytes of one record within a view of all. */
export function recordBytes({ size }: Records, view: DataView, record: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + record * size, size);
}
