/** The flexible array at the end of a struct: its offset, and the number of elements that the struct announces. */
import { type BoundStruct, type Member, membersOf } from "../../../runtime/index.js";
import { compile, type NameCompiler } from "./evaluate.js";
import { fieldPlaceOf } from "./fields.js";

export interface Tail {
  readonly member: Member;
  /** Bytes of one element. */
  readonly elementSize: number;
  /** Number of elements that the struct at `at` announces. The view must contain the whole struct; the number may exceed what the record has. */
  announced(view: DataView, at: number): number;
}

/** Values that the count of a tail can use besides fields of its struct. */
interface Surroundings {
  readonly littleEndian: boolean;
  /** Value of a constant of the ABI. */
  constant(name: string): number;
}

/** The flexible array at the end of a struct; undefined if it has none. */
export function findTail(format: Surroundings, struct: BoundStruct): Tail | undefined {
  const member = membersOf(struct).tail;
  if (!member) return undefined;
  const elementSize = member.width?.size ?? member.members?.size ?? 0;
  const count = compile(member.count ?? 0, names());
  return { member, elementSize, announced: (view, at) => count({ view, at }) };

  function names(): NameCompiler<StructPosition> {
    return {
      field(record, path) {
        const place = record === null ? fieldPlaceOf(struct, path) : undefined;
        if (!place) return beyond(path);
        return ({ view, at }) => place.readNumber(view, at, format.littleEndian);
      },
      constant(constant) {
        const value = format.constant(constant);
        return () => value;
      },
      variable: beyond,
      unseen: () => beyond("unseen()"),
      sum: () => beyond("sum()"),
    };
  }

  function beyond(what: string): never {
    throw new TypeError(`${what} has no value within a struct, but the schema counts ${struct.name} by it`);
  }
}

/** A struct at an offset of a view. */
interface StructPosition {
  readonly view: DataView;
  readonly at: number;
}
