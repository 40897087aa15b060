/** The expressions of the grammar as functions of what a walk has at hand; names become places and slots once per format. */
import type { Expression, PayloadEntry } from "../../../runtime/index.js";
import { compile, type Names, type Term } from "../abi/evaluate.js";
import type { FieldPlace } from "../abi/fields.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import { type KernelSize, kernelSizes } from "../abi/kernel-sizes.js";
import { ASKED } from "./asked-fields.js";

/** What an expression is evaluated at: the fields that were read before, and the record that it belongs to. */
export interface Reading {
  /** By slot; not a number where there is none. */
  readonly values: Float64Array;
  /** Bytes behind the struct of the record itself. */
  readonly payloadLength: number;
  /**
   * A field of the record itself.
   *
   * @throws {ImageError} when the record does not have it
   */
  own(path: string, place: FieldPlace | undefined): number;
  /** Binds an object number; whether it is new. */
  unseen(objref: number): boolean;
  /** The error for a field that should have been read before and was not. */
  missing(record: string, path: string): Error;
}

/** What the payload of a record is at one place of the grammar. */
export interface Contents {
  readonly entry: PayloadEntry;
  /** Bytes, where the schema gives them. */
  readonly length: Term<Reading> | undefined;
  /** Number of elements, where the schema gives it. */
  readonly count: Term<Reading> | undefined;
  /** Bytes of an element; of a struct of the kernel those of its fields. */
  readonly elementSize: number | undefined;
  /** Of a struct of the kernel the bytes that an element has in kernels that are known; undefined when all kernels have the same. */
  readonly kernelSizes: readonly KernelSize[] | undefined;
}

export class Terms {
  constructor(private readonly format: ImageFormat) {}

  /** @param kind the record that fields without a record name belong to */
  of(expression: Expression | undefined, kind?: RecordKind): Term<Reading> | undefined {
    return expression === undefined ? undefined : compile(expression, this.names(kind));
  }

  contents(kind: RecordKind, entry: PayloadEntry | undefined = kind.payload): Contents | undefined {
    return (
      entry && {
        entry,
        length: this.of(entry.length, kind),
        count: this.of(entry.count, kind),
        elementSize: entry.of === undefined ? undefined : this.format.elementSize(entry.of),
        kernelSizes: entry.of === undefined ? undefined : kernelSizes(this.format, entry.of),
      }
    );
  }

  private names(kind: RecordKind | undefined): Names<Reading> {
    const { format } = this;
    return {
      field: (record, path) => {
        if (record !== null) return kept(ASKED.slots.slot(ASKED.fields, record, path), record, path);
        const place = kind?.place(kind.struct, path);
        return (reading) => reading.own(path, place);
      },
      constant: (name) => literal(format.constant(name)),
      variable: (name) => {
        if (name === "page_size") return literal(format.pageSize);
        if (name === "word_size") return literal(format.wordSize);
        return (reading) => reading.payloadLength;
      },
      unseen: (objref) => (reading) => (reading.unseen(objref(reading)) ? 1 : 0),
      sum: (label, path) => kept(ASKED.slots.slot(ASKED.sums, label, path), label, path),
    };
  }
}

function literal(value: number): Term<Reading> {
  return () => value;
}

function kept(slot: number, record: string, path: string): Term<Reading> {
  return (reading) => {
    const value = reading.values[slot] as number;
    if (Number.isNaN(value)) throw reading.missing(record, path);
    return value;
  };
}
