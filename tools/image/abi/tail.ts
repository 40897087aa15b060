/** The flexible array at the end of a struct: where it lies, and how many elements the struct announces. */
import type { Abi, BoundStruct, Member } from "../../../runtime/index.js";
import { compile, type Names } from "./evaluate.js";
import { placeOf } from "./fields.js";
import { scalar } from "../../../runtime/scalars.js";

export interface Tail {
  readonly member: Member;
  /** Bytes. */
  readonly elementSize: number;
  /** Elements that the struct at `at` announces. The view has to have all of the struct; the number is not to be trusted. */
  announced(view: DataView, at: number): number;
}

/** What the count of a tail may name, besides fields of its struct. */
interface Surroundings {
  readonly abi: Abi;
  readonly littleEndian: boolean;
  /** Value of a constant of the ABI. */
  constant(name: string): number;
}

/** Undefined for a struct that does not end in an array. */
export function findTail(format: Surroundings, { name, layout }: BoundStruct): Tail | undefined {
  const member = layout.members.find(({ flexible }) => flexible);
  if (!member) return undefined;
  const elementSize = scalar(member.type)?.size ?? format.abi.describe(member.type.slice("struct ".length)).layout.size;
  const count = compile(member.count ?? 0, names());
  return { member, elementSize, announced: (view, at) => count({ view, at }) };

  function names(): Names<Place> {
    return {
      field(record, path) {
        const place = record === null ? placeOf(format.abi, layout, path) : undefined;
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
    throw new TypeError(`${what} has no value within a struct, but the schema counts ${name} by it`);
  }
}

/** A struct in bytes. */
interface Place {
  readonly view: DataView;
  readonly at: number;
}
