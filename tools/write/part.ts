/** The contents of a composed image: parts that fill the rules of the grammar, and the objects that they share. */
import type { RecordParts } from "./writer.js";

/**
 * Contents of a grammar rule, or of the body of an object. It may contain more than the version has; the rest is ignored. A rule without a part of
 * its own is filled from the same part, so a part can be as flat as unique names allow.
 */
export interface Part {
  /** Records by label, else by name; several if the record occurs several times. Their fields may contain objects instead of numbers. */
  readonly records?: Readonly<Record<string, ComposedRecord | readonly ComposedRecord[] | undefined>> | undefined;
  /** Objects that no record field refers to, by type, in the order of the nodes that need them. */
  readonly objects?: Readonly<Record<string, readonly SharedObject[]>> | undefined;
  /** Parts of the rules within it, by label, else by name; several if the rule is repeated. They are generated one at a time. */
  readonly rules?: Readonly<Record<string, Part | Iterable<Part>>> | undefined;
  /** Parts of a repeated sequence, one per round. */
  readonly rounds?: Iterable<Part> | undefined;
}

export interface ComposedRecord extends RecordParts {
  /** Sums over the elements of the payload by path, for conditions. */
  readonly sums?: Readonly<Record<string, number>>;
}

/**
 * An object that records refer to by number. It gets a number when it is first met, and then its body is written: at the place that the grammar gives
 * it, or before the record that refers to it. An object of a type that the version lacks is omitted.
 */
export class SharedObject {
  /** The number; set when the object is first met. */
  objref: number | undefined;

  /**
   * @param type without `CKPT_OBJ_`
   * @param body omitted for an object that has only a number
   * @param written called after the body was written
   */
  constructor(
    readonly type: string,
    readonly body?: () => Part,
    readonly written?: () => void,
  ) {}
}
