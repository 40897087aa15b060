/**
 * Step 4: the rules of a good ABI, as a table of named lints over the layouts.
 *
 * The format has promised from its first day that 32-bit and 64-bit kernels write the same structs. The first three lints guard that
 * promise; what history broke is acknowledged in the schema with a reason, anything new is a problem. An acknowledgement that nothing
 * needs any more is a problem too.
 */
import { problemAt, within } from "./document.js";
import type { DistinctLayout, LaidMember, Layout, Layouts } from "./layout.js";
import { width } from "./layout.js";
import type { Abi, Field, Model, Struct } from "./model.js";
import type { Problem } from "./problem.js";

/** An offence of one struct at one place, over all layouts that have it. */
interface Offence {
  readonly lint: string;
  /** Path of the field, as acknowledgements name it. */
  readonly place: string;
  readonly message: string;
  readonly suggestion: string;
  readonly field?: Field;
  readonly abi: Abi;
}

const STRUCT_LINTS: Readonly<Record<string, (struct: Struct, layouts: readonly DistinctLayout[]) => Offence[]>> = {
  "implicit-padding": (_, layouts) =>
    layouts.flatMap((layout) =>
      [...aggregatesOf(layout.layout)].flatMap(({ path, layout: aggregate }) =>
        aggregate.holes.map((hole) => {
          const place = [...path, hole.after].join(".");
          const field = aggregate.members.find((member) => member.field.key === hole.after)?.field;
          return {
            lint: "implicit-padding",
            place,
            message: `${hole.size} ${hole.size === 1 ? "byte" : "bytes"} of implicit padding after \`${place}\` at offset ${hole.offset}${hole.trailing ? " (the end)" : ""}`,
            suggestion: "name the padding as a reserved field, or acknowledge it with a reason",
            ...(field && { field }),
            abi: layout.abis[0] as Abi,
          };
        }),
      ),
    ),

  "misaligned-64": (_, layouts) =>
    layouts.flatMap((layout) =>
      [...scalarsOf(layout.layout, 0, [])].flatMap(({ member, offset, path }) =>
        member.type.kind === "scalar" && width(member.type.scalar) === 8 && offset % 8 !== 0
          ? [
              {
                lint: "misaligned-64",
                place: path.join("."),
                message: `the 64-bit \`${path.join(".")}\` lies at offset ${offset}, which is not a multiple of 8`,
                suggestion: "move it to a multiple of 8, or acknowledge it with a reason",
                field: member.field,
                abi: layout.abis[0] as Abi,
              },
            ]
          : [],
      ),
    ),

  "word-size": (_, layouts) => {
    const offences: Offence[] = [];
    for (const layout of layouts)
      for (const abi of layout.abis) {
        if (abi.arch.bits !== 64) continue;
        const twin = layouts.find((other) =>
          other.abis.some(
            (candidate) =>
              candidate.version === abi.version &&
              candidate.arch.family === abi.arch.family &&
              candidate.arch.bits === 32,
          ),
        );
        if (!twin || twin === layout) continue;
        const twinAbi = twin.abis.find((c) => c.version === abi.version && c.arch.family === abi.arch.family) as Abi;
        const member = firstDifference(layout.layout, twin.layout);
        // Only the alignment of the whole differs: the bytes are the same.
        if (!member && layout.layout.size === twin.layout.size) continue;
        offences.push({
          lint: "word-size",
          place: member?.field.key ?? "",
          message: `the layout differs between ${twinAbi.name} and ${abi.name}${member ? ` from \`${member.field.key}\` on` : ""} (${twin.layout.size} and ${layout.layout.size} bytes)`,
          suggestion: "make it the same for both word sizes, or acknowledge it with a reason",
          ...(member && { field: member.field }),
          abi,
        });
      }
    return offences;
  },
};

export function lint(model: Model, layouts: Layouts): Problem[] {
  return [
    ...model.structs.flatMap((struct) => lintStruct(struct, layouts.distinct.get(struct) ?? [])),
    ...duplicates(model),
    ...cycles(model, layouts),
  ];
}

function lintStruct(struct: Struct, layouts: readonly DistinctLayout[]): Problem[] {
  const used = new Set<object>();
  const problems: Problem[] = [];
  for (const find of Object.values(STRUCT_LINTS)) {
    const told = new Set<string>();
    for (const offence of find(struct, layouts)) {
      const acknowledgement = struct.acknowledged.find(
        (candidate) => candidate.lint === offence.lint && candidate.place === offence.place,
      );
      if (acknowledgement) used.add(acknowledgement);
      else if (!told.has(offence.place)) {
        told.add(offence.place);
        problems.push(
          problemAt(offence.field?.origin ?? struct.origin, {
            rule: offence.lint,
            message: `${struct.key} (${offence.abi.name}): ${offence.message}`,
            suggestion: offence.suggestion,
          }),
        );
      }
    }
  }
  for (const acknowledgement of struct.acknowledged)
    if (!used.has(acknowledgement))
      problems.push(
        problemAt(acknowledgement.origin, {
          rule: "stale-acknowledgement",
          message: `${struct.key} has no offence \`${acknowledgement.lint}\` at \`${acknowledgement.place}\``,
          suggestion: "remove the acknowledgement",
        }),
      );
  return problems;
}

/** Two things with one name, or two records or object types with one number, in one version on one architecture. */
function duplicates(model: Model): Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const abi of model.abis) {
    const claim = claims(problems, told, abi);
    for (const struct of model.structs)
      if (struct.present(abi))
        claim(
          "struct name",
          struct.variant ? `${struct.names.at(abi)} (${struct.variant})` : (struct.names.at(abi) ?? struct.key),
          struct.key,
          struct.origin,
          "key",
        );
    for (const record of model.records) {
      const number = record.number.at(abi);
      if (number !== undefined)
        claim("record number", String(number), record.name, within(record.origin, "number"), "value");
    }
    for (const object of model.objects) {
      const number = object.number.at(abi);
      if (number !== undefined)
        claim("object number", String(number), object.name, within(object.origin, "number"), "value");
    }
    for (const enumeration of model.enums)
      for (const value of enumeration.values)
        if (value.value.at(abi) !== undefined)
          claim("constant name", value.name, `${enumeration.name}.${value.name}`, value.origin, "key");
    for (const constant of model.constants)
      if (constant.value.at(abi) !== undefined)
        claim("constant name", constant.name, constant.name, constant.origin, "key");
  }
  return problems;
}

/** Complains about the second owner of a value, in the first version where it happens. */
function claims(problems: Problem[], told: Set<string>, abi: Abi) {
  const owners = new Map<string, string>();
  return (kind: string, value: string, owner: string, origin: Struct["origin"], part: "key" | "value") => {
    const key = `${kind}\0${value}`;
    const other = owners.get(key);
    const clash = `${key}\0${owner}`;
    if (other === undefined) owners.set(key, owner);
    else if (!told.has(clash)) {
      told.add(clash);
      problems.push(
        problemAt(
          origin,
          {
            rule: kind.endsWith("number") ? "duplicate-number" : "duplicate-name",
            message: `the ${kind} ${value} is used twice in ${abi.version.id}: by ${other} and by ${owner}`,
          },
          part,
        ),
      );
    }
  };
}

/** A struct cannot contain itself. */
function cycles(model: Model, layouts: Layouts): Problem[] {
  const contains = (layout: Layout, struct: Struct, seen: Set<Struct>): boolean =>
    layout.members.some(({ type }) => {
      if (type.kind === "scalar") return false;
      if (type.kind !== "reference") return contains(type.layout, struct, seen);
      if (type.struct === struct) return true;
      if (seen.has(type.struct)) return false;
      seen.add(type.struct);
      return (layouts.distinct.get(type.struct) ?? []).some((inner) => contains(inner.layout, struct, seen));
    });
  return model.structs.flatMap((struct) =>
    (layouts.distinct.get(struct) ?? []).some((layout) => contains(layout.layout, struct, new Set()))
      ? [problemAt(struct.origin, { rule: "recursive-struct", message: `${struct.key} contains itself` })]
      : [],
  );
}

/** The aggregates that a layout itself defines, with their paths; structs with a name of their own are checked on their own. */
function* aggregatesOf(
  layout: Layout,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; layout: Layout }> {
  yield { path, layout };
  for (const member of layout.members)
    if (member.type.kind === "struct" || member.type.kind === "union")
      yield* aggregatesOf(member.type.layout, [...path, member.field.key]);
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
