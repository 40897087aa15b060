/** Offset and size of a single number in a struct, found by its path in the schema. */
import { type BoundStruct, membersOf } from "../../../runtime/index.js";

export interface FieldPlace {
  /** In bytes from the start of the struct. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  read(view: DataView, at: number, littleEndian: boolean): number | bigint;
  /** Reads the field as a `number`, which is faster than `read`: values above 2^53 are rounded. */
  readNumber(view: DataView, at: number, littleEndian: boolean): number;
}

/**
 * Finds a number in a struct by its path, e.g. `constants.task_comm_len`. Paths consist of schema keys, so they hold in every version although C
 * names changed; anonymous aggregates are not part of a path.
 *
 * @returns undefined when this layout has no such field, or when it is not a single number
 */
export function placeOf(struct: BoundStruct, path: string): FieldPlace | undefined {
  const { width, dims, flexible, offset, size } = membersOf(struct).at(path) ?? {};
  if (!width || offset === undefined || size === undefined || dims || flexible) return undefined;
  return {
    offset,
    size,
    read: (view, at, le) => width.read(view, at + offset, le),
    readNumber: (view, at, le) => width.readNumber(view, at + offset, le),
  };
}
