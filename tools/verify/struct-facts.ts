/** What the schema says about the bytes of a struct: its single fields, nested ones too, and the bytes that belong to none. */
import type { BoundStruct, FieldMeaning, Member } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { scalar } from "../../runtime/scalars.js";

export interface FieldFact {
  /** Path as in the schema; array elements have their index: `rlim[3].rlim_cur`. */
  readonly path: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes, all elements of an array together. */
  readonly size: number;
  /** Width of one element: `u32`, `be16`, `char`. */
  readonly type: string;
  readonly isArray: boolean;
  readonly meaning: FieldMeaning;
  /** It is inside something that the checkpoint headers do not define. */
  readonly foreign: boolean;
  /** It shares its bytes with other members of a union, so nobody knows which of them is meant. */
  readonly inUnion: boolean;
}

export interface Gap {
  readonly offset: number;
  readonly size: number;
}

export interface StructFacts {
  readonly fields: readonly FieldFact[];
  /** Bytes between and behind the members; none where the elements of a flexible array lie. */
  readonly gaps: readonly Gap[];
  /** Bytes at the end of the record that no element of a flexible array reaches, because the array begins within the struct's own padding. */
  readonly slack: number;
}

const known = new WeakMap<BoundStruct, StructFacts>();

export function factsOf(format: ImageFormat, struct: BoundStruct): StructFacts {
  let facts = known.get(struct);
  if (!facts) {
    facts = new Flattening(format, struct).facts();
    known.set(struct, facts);
  }
  return facts;
}

interface Surroundings {
  readonly path: string;
  readonly offset: number;
  readonly foreign: boolean;
  readonly inUnion: boolean;
}

class Flattening {
  private readonly fields: FieldFact[] = [];
  private readonly covered: Uint8Array;
  private slack = 0;

  constructor(
    private readonly format: ImageFormat,
    private readonly struct: BoundStruct,
  ) {
    this.covered = new Uint8Array(struct.layout.size);
  }

  facts(): StructFacts {
    const { descriptor } = this.struct.entry;
    const foreign = descriptor.external !== undefined;
    this.addAll(this.struct.layout.members, {
      path: "",
      offset: 0,
      foreign,
      inUnion: false,
    });
    return { fields: this.fields, gaps: foreign ? [] : this.gaps(), slack: this.slack };
  }

  private addAll(members: readonly Member[], around: Surroundings): void {
    for (const member of members) this.add(member, around);
  }

  private add(member: Member, around: Surroundings): void {
    const key = member.key ?? member.name ?? "";
    const offset = around.offset + member.offset;
    if (member.flexible) {
      this.slack = this.covered.length - offset;
      this.covered.fill(1, offset);
      return;
    }
    // The first part of a file record is not named: its fields count as those of the whole record.
    const isCommon = around.path === "" && key === "common";
    const path = member.name === null || isCommon ? around.path : around.path === "" ? key : `${around.path}.${key}`;
    const nested = this.nested(member);
    if (!nested) {
      const { size, type, meaning } = member;
      const isArray = member.dims !== undefined;
      this.covered.fill(1, offset, offset + size);
      this.fields.push({
        path,
        offset,
        size,
        type,
        isArray,
        meaning,
        foreign: around.foreign,
        inUnion: around.inUnion,
      });
      return;
    }
    const foreign = around.foreign || nested.foreign;
    const inUnion = around.inUnion || member.type === "union";
    if (foreign || inUnion) this.covered.fill(1, offset, offset + member.size);
    const count = (member.dims ?? []).reduce((product, length) => product * length, 1);
    for (let i = 0; i < count; i++)
      this.addAll(nested.members, {
        path: member.dims ? `${path}[${i}]` : path,
        offset: offset + (i * member.size) / count,
        foreign,
        inUnion,
      });
  }

  /** Members of an aggregate; undefined for a number or an array of them. */
  private nested(member: Member): { members: readonly Member[]; foreign: boolean } | undefined {
    if (member.members) return { members: member.members, foreign: false };
    if (scalar(member.type) || !member.type.startsWith("struct ")) return undefined;
    const { entry, layout } = this.format.abi.describe(member.type.slice("struct ".length));
    return { members: layout.members, foreign: entry.descriptor.external !== undefined };
  }

  private gaps(): Gap[] {
    const gaps: Gap[] = [];
    for (let start = this.covered.indexOf(0); start >= 0; ) {
      const end = this.covered.indexOf(1, start);
      gaps.push({ offset: start, size: (end < 0 ? this.covered.length : end) - start });
      start = end < 0 ? -1 : this.covered.indexOf(0, end);
    }
    return gaps;
  }
}
