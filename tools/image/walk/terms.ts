/** Compiles grammar expressions to functions of the state of a walk; names are resolved to places and slots once per format. */
import type { Expression, PayloadEntry } from "../../../runtime/index.js";
import { compile, type NameCompiler, type Term } from "../abi/evaluate.js";
import type { FieldPlace } from "../abi/fields.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import { type KernelSize, kernelSizes } from "../abi/kernel-sizes.js";
import { ASKED } from "./asked-fields.js";

/** State in which an expression is evaluated: the kept fields of earlier records, and the record that it belongs to. */
export interface Reading {
  /** Values by slot; NaN where there is none. */
  readonly values: Float64Array;
  /** Bytes after the struct of the record itself. */
  readonly payloadLength: number;
  /**
   * A field of the record itself.
   *
   * @throws {ImageError} when the record does not have it
   */
  own(path: string, place: FieldPlace | undefined): number;
  /** Whether an object number is new. The call marks it as seen. */
  unseen(objref: number): boolean;
  /** The error for a field that should have been read before but was not. */
  missing(record: string, path: string): Error;
}

/** Form of a record's payload at one place of the grammar. */
export interface PayloadForm {
  readonly entry: PayloadEntry;
  /** Length in bytes, if the schema gives it. */
  readonly length: Term<Reading> | undefined;
  /** Number of elements, if the schema gives it. */
  readonly count: Term<Reading> | undefined;
  /** Bytes of an element; for a kernel struct, of its fields. */
  readonly elementSize: number | undefined;
  /** Bytes of an element that is a kernel struct, in each known kernel; undefined when all kernels have the same size. */
  readonly kernelSizes: readonly KernelSize[] | undefined;
}

/** Operators that compare two numbers. */
const COMPARISONS: readonly string[] = ["==", "!=", "<", ">", "<=", ">="];

/** A kept field compared with a number. */
export interface Comparison {
  /** Position of the operator, see {@link compare}. */
  readonly operator: number;
  readonly slot: number;
  /** An integer of at most 32 bits. */
  readonly number: number;
}

/** Whether a comparison holds. */
export function compare(operator: number, left: number, right: number): boolean {
  switch (operator) {
    case 0:
      return left === right;
    case 1:
      return left !== right;
    case 2:
      return left < right;
    case 3:
      return left > right;
    case 4:
      return left <= right;
    default:
      return left >= right;
  }
}

export class Terms {
  constructor(private readonly format: ImageFormat) {}

  /**
   * Compiles an expression.
   *
   * @param kind type of the record that fields without a record name belong to
   */
  of(expression: Expression, kind?: RecordKind): Term<Reading> {
    return compile(expression, this.names(kind));
  }

  /** An expression as a comparison of one kept field with one number; undefined if it is something else. */
  comparison(expression: Expression): Comparison | undefined {
    if (typeof expression === "number") return undefined;
    const operator = COMPARISONS.indexOf(expression[0]);
    const [, field, literal] = expression;
    if (operator < 0 || !Array.isArray(field) || field[0] !== "field" || field[1] === null) return undefined;
    const number = this.numberOf(literal as Expression);
    if (number === undefined) return undefined;
    return { operator, slot: ASKED.slots.slot(ASKED.fields, field[1], field[2]), number };
  }

  /** The value of a number or constant that is a small integer. */
  private numberOf(expression: Expression): number | undefined {
    const value =
      typeof expression === "number"
        ? expression
        : expression[0] === "constant"
          ? this.format.constant(expression[1])
          : Number.NaN;
    return (value | 0) === value ? value : undefined;
  }

  contents(kind: RecordKind, entry: PayloadEntry | undefined = kind.payload): PayloadForm | undefined {
    return (
      entry && {
        entry,
        length: entry.length === undefined ? undefined : this.of(entry.length, kind),
        count: entry.count === undefined ? undefined : this.of(entry.count, kind),
        elementSize: entry.of === undefined ? undefined : this.format.elementSize(entry.of),
        kernelSizes: entry.of === undefined ? undefined : kernelSizes(this.format, entry.of),
      }
    );
  }

  private names(kind: RecordKind | undefined): NameCompiler<Reading> {
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
