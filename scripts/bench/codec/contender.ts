/** One way to read and write a struct, as the bench runs it. */
import type { Field, Value } from "./records.js";

/** The records of one struct. */
export interface Records {
  readonly struct: string;
  readonly fields: readonly Field[];
  readonly values: readonly Value[];
  /** All records, one after the other. */
  readonly view: DataView;
  /** Size of a record in bytes. */
  readonly size: number;
}

/**
 * What a contender does with one record.
 *
 * The code is a text because every contender needs a loop of its own: engines keep what they learn about a call with the source position of the call,
 * and a common loop would slow down each contender because of the others.
 */
export interface Work {
  /** Statement for record number `i` at byte `at`; results are stored in `sink[i & 15]`, which prevents their removal by the optimizer. */
  readonly statement: string;
  /** Other names in the statement, with their values. */
  readonly bindings: Readonly<Record<string, unknown>>;
}

interface Decoding extends Work {
  /** Converts the result in the sink to a plain value with the kernel's field names; identity by default. */
  plain?(result: unknown): Value;
  /** 64-bit values from 2^53 on are wrong, by design. */
  readonly inexact?: true;
}

interface Encoding extends Work {
  /** The bytes of the record after the statement; `result` is what it stored in the sink. */
  bytes(result: unknown, record: number): Uint8Array;
  /** Equivalent bytes in the contender's own format, if that is not the kernel's. */
  readonly expected?: readonly Uint8Array[];
}

/**
 * Work that reads the fields of a record through a view. The values go into arrays of numbers, not into the sink: a program that uses views computes
 * with fields, and keeps no objects.
 */
export interface ViewReading extends Work {
  readonly fields: readonly string[];
  /** The value that the statement read for the field with that index of a record. */
  value(record: number, index: number): number | bigint;
}

export interface Contender {
  readonly name: string;
  readonly decode: Decoding;
  /** Omitted if the contender cannot write. */
  readonly encode?: Encoding;
  /** Reads three fields without decoding the rest. */
  readonly view?: ViewReading;
  /** Reads three fields of all records at once, when it comes to the first record. */
  readonly columns?: ViewReading;
}

/** Bytes of one record in a view of all. */
export function recordBytes({ size }: Records, view: DataView, record: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + record * size, size);
}
