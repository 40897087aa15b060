/** Offset and size of a single number in a struct, found by its path in the schema. */
import type { LayoutDescriptor } from "../../../runtime/descriptor.js";
import { type BoundStruct, membersOf } from "../../../runtime/index.js";
import { type Scalar, scalar } from "../../../runtime/scalars.js";

const WORD = scalar("u32");

/** Offset and size of a number in a struct, and how to read it. */
export class FieldPlace {
  /** Whether it has the most frequent type. */
  private readonly isWord: boolean;

  constructor(
    /** Offset in bytes from the start of the struct. */
    readonly offset: number,
    /** Size in bytes. */
    readonly size: number,
    private readonly width: Scalar,
  ) {
    this.isWord = width === WORD;
  }

  read(view: DataView, at: number, littleEndian: boolean): number | bigint {
    return this.width.read(view, at + this.offset, littleEndian);
  }

  /** Reads the field as a `number`, which is faster than `read`: values above 2^53 are rounded. */
  readNumber(view: DataView, at: number, littleEndian: boolean): number {
    return this.isWord
      ? view.getUint32(at + this.offset, littleEndian)
      : this.width.readNumber(view, at + this.offset, littleEndian);
  }
}

/**
 * Finds a number in a struct by its path, e.g. `constants.task_comm_len`. Paths consist of schema keys, so they hold in every version although C
 * names changed; anonymous aggregates are not part of a path.
 *
 * @returns undefined when this layout has no such field, or when it is not a single number
 */
export function fieldPlaceOf(struct: BoundStruct, path: string): FieldPlace | undefined {
  const place = plainPlace(struct.unbound, path);
  return place === "nested" ? memberPlace(struct, path) : place;
}

/**
 * The place of a number in a struct without nested structs, apart from the record header. Found without the list of all members: dozens of ABIs are
 * tried on an image, each for a few fields.
 *
 * @returns `nested` when a member before the number has members of its own
 */
function plainPlace({ members }: LayoutDescriptor, path: string): FieldPlace | "nested" | undefined {
  if (path.includes(".")) return "nested";
  for (const { name, key = name, type, dims, flexible, offset, size } of members) {
    const width = scalar(type);
    if (!width && type !== "struct ckpt_hdr") return "nested";
    if (key === path) return width && !dims && !flexible ? new FieldPlace(offset, size, width) : undefined;
  }
  return undefined;
}

function memberPlace(struct: BoundStruct, path: string): FieldPlace | undefined {
  const member = membersOf(struct).at(path);
  if (!member?.width || member.dims || member.flexible) return undefined;
  return new FieldPlace(member.offset, member.size, member.width);
}
