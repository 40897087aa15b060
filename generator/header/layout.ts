/** Sizes and offsets of declarations in headers, by the C rules (those of `../layout.ts`, plus packed structs). */
import type { Arch } from "../model.js";
import type { HeaderStruct, HeaderType } from "./model.js";
import { widthOf } from "./types.js";

export interface Extent {
  readonly size: number;
  readonly align: number;
}

export interface HeaderLayout extends Extent {
  readonly offsets: readonly number[];
}

export type HeaderAggregate = Pick<HeaderStruct, "kind" | "members" | "aligned" | "packed">;

/** Returns size and alignment of the struct with a tag, in bytes; undefined when unknown. */
export type ExtentOf = (tag: string) => Extent | undefined;

export function layOutHeader(aggregate: HeaderAggregate, arch: Arch, extentOf: ExtentOf): HeaderLayout {
  let end = 0;
  let align = Math.max(1, aggregate.aligned);
  const offsets: number[] = [];
  for (const member of aggregate.members) {
    const extent = extentOfType(member.type, arch, extentOf);
    const natural = aggregate.packed || member.packed ? 1 : (member.typeAlign ?? extent.align);
    const memberAlign = Math.max(natural, member.aligned);
    const size = member.dims.reduce((product, { value }) => product * value, extent.size);
    const offset = aggregate.kind === "union" ? 0 : roundUp(end, memberAlign);
    offsets.push(offset);
    end = Math.max(end, offset + size);
    align = Math.max(align, memberAlign);
  }
  return { size: roundUp(end, align), align, offsets };
}

export function extentOfType(type: HeaderType, arch: Arch, extentOf: ExtentOf): Extent {
  if (type.kind === "reference") return extentOf(type.tag) ?? { size: 0, align: 1 };
  if (type.kind !== "scalar") return layOutHeader(type, arch, extentOf);
  const size = widthOf(type.scalar);
  return { size, align: size === 8 ? arch.align64 : size };
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
