/**
 * The rules of a good layout, as a table of named lints.
 *
 * The format guarantees that 32-bit and 64-bit kernels write the same structs, and these lints enforce it. Old offences are acknowledged in the
 * schema with a reason; a new one is a problem, and so is an acknowledgement that nothing needs any more.
 */

import { type DistinctLayout, type LaidMember, type Layout, type Layouts, width } from "../layout.js";
import { problemAt } from "../load/document.js";
import { layoutMembers } from "../members.js";
import type { Abi, Acknowledgement, Field, Model, Struct } from "../model.js";
import type { Problem } from "../problem.js";

/** An offence of a lint by one struct at one place, in one layout. */
export interface LayoutOffence {
  /** Path of the field, in the form that acknowledgements use. */
  readonly place: string;
  /** Offset in the struct, in bytes. */
  readonly offset: number;
  /** Extent of the offence as text; equal for all versions and architectures with the same layouts. */
  readonly extent: string;
  readonly message: string;
  readonly suggestion: string;
  readonly field?: Field;
  readonly abi: Abi;
  /** Nested struct whose own offence may be the cause of this one. */
  readonly within?: Struct;
}

type Lint = (layouts: readonly DistinctLayout[]) => LayoutOffence[];

export type LintName = "misaligned-64" | "implicit-padding" | "word-size";

/** Most specific first: one misplaced member may break all of them, and only the first is reported. */
const LINTS: readonly (readonly [name: LintName, find: Lint])[] = [
  ["misaligned-64", misaligned],
  ["implicit-padding", padding],
  ["word-size", wordSize],
];

export function checkLayouts(model: Model, layouts: Layouts): Problem[] {
  const offences = new Map(
    model.structs.map((struct) => [struct, judgeOffences(struct, layouts.distinct.get(struct) ?? [])]),
  );
  return [...offences].flatMap(([struct, { reported, stale }]) => {
    const [first] = reported;
    const own = reported.filter(
      ({ lint, offence }) =>
        lint === first?.lint &&
        !(lint === "word-size" && offence.within && offences.get(offence.within)?.reported.length),
    );
    return [
      ...(first?.lint === "misaligned-64" ? firstOf(own) : own).map((found) => problemOf(struct, found)),
      ...stale,
    ];
  });
}

export interface Found {
  readonly lint: LintName;
  readonly offence: LayoutOffence;
}

/** All offences, acknowledged or not: one per layout, and for `word-size` one per 64-bit architecture that differs. */
export function findOffences(layouts: readonly DistinctLayout[]): Found[] {
  return LINTS.flatMap(([lint, find]) => find(layouts).map((offence) => ({ lint, offence })));
}

/** The acknowledgement of an offence, if the struct has one. */
export function acknowledgementOf(struct: Struct, { lint, offence }: Found): Acknowledgement | undefined {
  return struct.acknowledged.find((known) => known.lint === lint && known.place === offence.place);
}

/** Whether two ABIs differ only in the word size, so that their layouts should be equal. */
export function isTwin(of: Abi, other: Abi): boolean {
  return other.version === of.version && other.arch.family === of.arch.family && other.arch.bits !== of.arch.bits;
}

/** Offences without an acknowledgement, one per place, and acknowledgements without an offence. */
function judgeOffences(struct: Struct, layouts: readonly DistinctLayout[]): { reported: Found[]; stale: Problem[] } {
  const used = new Set<object>();
  const reported = new Map<string, Found>();
  for (const found of findOffences(layouts)) {
    const acknowledgement = acknowledgementOf(struct, found);
    if (acknowledgement) used.add(acknowledgement);
    else {
      const key = `${found.lint} ${found.offence.place}`;
      if (!reported.has(key)) reported.set(key, found);
    }
  }
  const stale = struct.acknowledged
    .filter((acknowledgement) => !used.has(acknowledgement))
    .map((acknowledgement) =>
      problemAt(acknowledgement.origin, {
        rule: "stale-acknowledgement",
        message: `${struct.key} has no offence \`${acknowledgement.lint}\` at \`${acknowledgement.place}\``,
        suggestion: "remove the acknowledgement",
      }),
    );
  return { reported: [...reported.values()], stale };
}

/** One misplaced member shifts all that follow it: reports the first one and counts the others. */
function firstOf(found: readonly Found[]): Found[] {
  const [first, ...others] = found;
  if (!first || others.length === 0) return [...found];
  const message = `${first.offence.message}, and ${others.length} more after it`;
  return [{ ...first, offence: { ...first.offence, message } }];
}

function problemOf(struct: Struct, { lint, offence }: Found): Problem {
  return problemAt(offence.field?.origin ?? struct.origin, {
    rule: lint,
    message: `${struct.key} (${offence.abi.name}): ${offence.message}`,
    suggestion: offence.suggestion,
  });
}

function padding(layouts: readonly DistinctLayout[]): LayoutOffence[] {
  return layouts.flatMap(({ layout, abis }) =>
    aggregatesOf(layout).flatMap(({ prefix, base, layout: aggregate }) =>
      aggregate.holes.map((hole) => {
        const place = prefix + hole.after;
        const field = aggregate.members.find((member) => member.field.key === hole.after)?.field;
        const bytes = hole.size === 1 ? "byte" : "bytes";
        return {
          place,
          offset: base + hole.offset,
          extent: `${hole.size} ${bytes}${hole.trailing ? " at the end" : ""}`,
          message: `${hole.size} ${bytes} of implicit padding after \`${place}\` at offset ${hole.offset}${hole.trailing ? " (the end)" : ""}`,
          suggestion: "name the padding as a reserved field, or acknowledge it with a reason",
          ...(field && { field }),
          abi: abis[0] as Abi,
        };
      }),
    ),
  );
}

/** A layout and the aggregates nested in it, with the prefix of their member keys and their offset in bytes. */
function aggregatesOf(layout: Layout): { prefix: string; base: number; layout: Layout }[] {
  const nested = layoutMembers(layout).flatMap(({ keys, offset, member: { type } }) =>
    type.kind === "struct" || type.kind === "union" ? [{ prefix: `${keys}.`, base: offset, layout: type.layout }] : [],
  );
  return [{ prefix: "", base: 0, layout }, ...nested];
}

function misaligned(layouts: readonly DistinctLayout[]): LayoutOffence[] {
  return layouts.flatMap((layout) =>
    [...scalarsOf(layout.layout, 0, [])].flatMap(({ member, offset, path }) => {
      if (member.type.kind !== "scalar" || width(member.type.scalar) !== 8 || offset % 8 === 0) return [];
      const place = path.join(".");
      return [
        {
          place,
          offset,
          extent: `${offset % 8} bytes`,
          message: `the 64-bit \`${place}\` is at offset ${offset}, which is not a multiple of 8`,
          suggestion: "move it to a multiple of 8, or acknowledge it with a reason",
          field: member.field,
          abi: layout.abis[0] as Abi,
        },
      ];
    }),
  );
}

function wordSize(layouts: readonly DistinctLayout[]): LayoutOffence[] {
  const offences: LayoutOffence[] = [];
  for (const layout of layouts)
    for (const abi of layout.abis) {
      if (abi.arch.bits !== 64) continue;
      const isItsTwin = (other: Abi) => isTwin(abi, other);
      const twin = layouts.find((other) => other.abis.some(isItsTwin));
      if (!twin || twin === layout) continue;
      const member = firstDifference(layout.layout, twin.layout);
      // When only the alignment of the whole struct differs, the bytes are equal.
      if (!member && layout.layout.size === twin.layout.size) continue;
      const from = member ? ` from \`${member.field.key}\` on` : "";
      offences.push({
        place: member?.field.key ?? "",
        offset: member?.offset ?? 0,
        extent: `${twin.layout.size} and ${layout.layout.size} bytes`,
        message: `the layout differs between ${twin.abis.find(isItsTwin)?.name} and ${abi.name}${from} (${twin.layout.size} and ${layout.layout.size} bytes)`,
        suggestion: "make it the same for both word sizes, or acknowledge it with a reason",
        ...(member && { field: member.field }),
        ...(member?.type.kind === "reference" && { within: member.type.struct }),
        abi,
      });
    }
  return offences;
}

function* scalarsOf(
  layout: Layout,
  base: number,
  path: readonly string[],
): Generator<{ member: LaidMember; offset: number; path: readonly string[] }> {
  for (const member of layout.members) {
    const here = { member, offset: base + member.offset, path: [...path, member.field.key] };
    if (member.type.kind === "scalar") yield here;
    else if (member.type.kind !== "reference" || here.offset % 8 !== 0)
      yield* scalarsOf(member.type.layout, here.offset, here.path);
  }
}

function firstDifference(a: Layout, b: Layout): LaidMember | undefined {
  return a.members.find((member, index) => {
    const other = b.members[index];
    return !other || other.name !== member.name || other.offset !== member.offset || other.size !== member.size;
  });
}
