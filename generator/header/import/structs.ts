/** Edits for differences of structs: added and removed structs and fields, types, order, alignment. */
import { problemAt } from "../../load/document.js";
import type { Arch, Field, Struct } from "../../model.js";
import { describeHeader } from "../compare-members.js";
import { pathOf } from "../compare-structs.js";
import type { HeaderDifference, SharedDifference } from "../difference.js";
import type { HeaderMember } from "../model.js";
import { CannotImport } from "./cannot-import.js";
import { firstVersion, valueAtPath } from "./files.js";
import { changeValue } from "./history.js";
import { type DifferenceGroup, groups, type ImportPlan, structId } from "./plan.js";
import { FIRST, type YamlPath } from "./yaml-file.js";

export function planStructs(plan: ImportPlan, shared: readonly SharedDifference[]): void {
  for (const group of groups(shared, "struct-added", ({ header }) => `${header.tag} ${header.place.file}`))
    addStruct(plan, group);
  for (const group of groups(shared, "struct-removed", ({ described }) => structId(described.struct)))
    removeStruct(plan, group);
  for (const group of groups(
    shared,
    "field-added",
    ({ at, member }) => `${structId(at.struct)} ${pathOf(at, member.name ?? "")}`,
  ))
    addField(plan, group);
  for (const group of groups(shared, "field-removed", ({ at, name }) => `${structId(at.struct)} ${pathOf(at, name)}`))
    removeField(plan, group);
  for (const group of groups(shared, "type-changed", ({ at, name }) => `${structId(at.struct)} ${pathOf(at, name)}`))
    changeType(plan, group);
  for (const group of groups(
    shared,
    "alignment-changed",
    ({ at, field }) => `${structId(at.struct)} ${pathOf(at, field?.key)}`,
  ))
    changeAlignment(plan, group);
  planOrders(plan, shared);
  for (const [one] of groups(shared, "layout-changed", ({ at }) => pathOf(at)))
    if (one)
      throw new CannotImport(
        one.difference.place,
        `${one.difference.at.tag} has another layout with the same members${one.difference.packed ? ": it is packed" : ""}`,
        "the schema has no notation for it",
      );
}

function archesOf(group: DifferenceGroup<HeaderDifference["kind"]>): Arch[] {
  return group.flatMap(({ arches }) => arches);
}

/** Architectures of the new version on which the struct exists. */
function archesWith(plan: ImportPlan, struct: Struct): Arch[] {
  return plan.arches.filter((arch) => struct.family === undefined || arch.family === struct.family);
}

function addStruct(
  { edit, entries, version, structOf, arches: all }: ImportPlan,
  group: DifferenceGroup<"struct-added">,
): void {
  const [{ difference }, ...others] = group as [
    DifferenceGroup<"struct-added">[number],
    ...DifferenceGroup<"struct-added">,
  ];
  const { header, part, after } = difference;
  const own = archesOf(group);
  if (others.length > 0)
    throw new CannotImport(
      header.place,
      `struct ${header.tag} is declared several times`,
      "write it into the schema by hand",
    );
  const family = part === "architecture" ? own[0]?.family : undefined;
  const neighbour = after && after.family === family && after.external === undefined ? after : undefined;
  const file = neighbour ? edit.of(neighbour.origin.document) : edit.withSection("structs", family)[0];
  if (!file)
    throw new CannotImport(
      header.place,
      `no file of the schema has ${family === undefined ? "`structs` without a family" : `structs of ${family}`}`,
      family === undefined ? "begin one with `structs: {}`" : `begin schema/arch/${family}.yaml`,
    );
  if (file.has(["structs", header.tag]))
    throw new CannotImport(
      header.place,
      `${header.tag} was removed in an older version and is back`,
      "write it into the schema by hand",
    );
  entries.checkLayout(header);
  const limit = entries.limit(own, family === undefined ? all : all.filter((arch) => arch.family === family));
  const byArch = new Map([...structOf(header.tag)].filter(([arch]) => own.includes(arch)));
  file.addEntry(["structs"], entries.struct(byArch, header.tag, version, limit), neighbour?.key);
}

function removeStruct(plan: ImportPlan, group: DifferenceGroup<"struct-removed">): void {
  const [{ difference }] = group as [DifferenceGroup<"struct-removed">[number]];
  const { struct, tag } = difference.described;
  const { document, path } = struct.origin;
  if (archesOf(group).length < archesWith(plan, struct).length)
    throw new CannotImport(
      problemAt(struct.origin, { rule: "by-hand", message: "" }),
      `struct ${tag} is gone on ${idsOf(group)} only`,
      `limit it in ${document.file} by hand`,
    );
  plan.edit.of(document).addKey(path, "until", plan.version, ["summary", "purpose", "since"]);
}

function addField(plan: ImportPlan, group: DifferenceGroup<"field-added">): void {
  const { edit, entries, version } = plan;
  const [{ difference }] = group as [DifferenceGroup<"field-added">[number]];
  const { at, member, after } = difference;
  const parent: YamlPath = fieldsOf(at.struct, at.inside);
  const file = edit.of(at.struct.origin.document);
  if (member.name !== null && file.has([...parent, member.name]))
    throw new CannotImport(
      member.place,
      `${pathOf(at, member.name)} was removed in an older version and is back`,
      "write it into the schema by hand",
    );
  const byArch = new Map<Arch, HeaderMember>(
    group.flatMap(({ difference: each, arches }) => arches.map((arch) => [arch, each.member] as const)),
  );
  const limit = entries.limit([...byArch.keys()], archesWith(plan, at.struct));
  const extra = [`since: ${version}`, ...(limit.length > 0 ? [`arches: [${limit.join(", ")}]`] : [])];
  for (const holder of plan.structOf(at.tag).values()) entries.checkLayout(holder);
  const lines = entries.member(byArch, extra);
  file.addEntry(parent, lines, after?.key ?? FIRST);
}

function removeField(plan: ImportPlan, group: DifferenceGroup<"field-removed">): void {
  const [{ difference }] = group as [DifferenceGroup<"field-removed">[number]];
  const { at, field, name, place } = difference;
  if (archesOf(group).length < archesWith(plan, at.struct).filter((arch) => field.present(newAbi(plan, arch))).length)
    throw new CannotImport(
      place,
      `${pathOf(at, name)} is gone on ${idsOf(group)} only`,
      "limit it in the schema by hand",
    );
  plan.edit.of(field.origin.document).addKey(field.origin.path, "until", plan.version, ["names", "since", "anonymous"]);
}

function newAbi({ version }: ImportPlan, arch: Arch) {
  const last = arch.versions.at(-1);
  if (!last) throw new Error(`${arch.id} has no version`);
  return { version: last, arch, name: `${version}/${arch.id}` };
}

function changeType(plan: ImportPlan, group: DifferenceGroup<"type-changed">): void {
  const { edit, entries, version, oldest } = plan;
  const [{ difference }] = group as [DifferenceGroup<"type-changed">[number]];
  const { at, field, name, member } = difference;
  if (!field.type || member.type.kind === "struct" || member.type.kind === "union")
    throw new CannotImport(
      member.place,
      `${pathOf(at, name)} is now ${describeHeader(member)}`,
      "give the old field `until`, and the new one an entry with `names`, by hand",
    );
  const { document, path } = field.origin;
  const changes = new Map(
    group.flatMap(({ difference: each, arches }) =>
      arches.map((arch) => [arch.id, entries.type(each.member)] as const),
    ),
  );
  const raw = valueAtPath(document, [...path, "arches"]);
  changeValue({
    file: edit.of(document),
    path: [...path, "type"],
    changes,
    version,
    first: firstVersion(document, path, oldest),
    arches: archesWith(plan, at.struct).filter((arch) => field.present(newAbi(plan, arch))),
    ...(Array.isArray(raw) && { limit: raw as string[] }),
  });
  if (member.dims[0]?.value === 0 && field.count === undefined)
    edit.of(document).addKey(path, "count", "TODO", ["type"]);
}

function changeAlignment(plan: ImportPlan, group: DifferenceGroup<"alignment-changed">): void {
  const { edit, version, oldest } = plan;
  const [{ difference }] = group as [DifferenceGroup<"alignment-changed">[number]];
  const { at, field, now, place } = difference;
  if (field)
    throw new CannotImport(
      place,
      `the alignment of ${pathOf(at, field.key)} changed`,
      "the schema has one for all versions: give the old field `until`, and the new one an entry with `names`, by hand",
    );
  const { document, path } = at.struct.origin;
  const file = edit.of(document);
  const first = firstVersion(document, path, oldest);
  const arches = archesWith(plan, at.struct);
  const own = archesOf(group);
  if (!file.has([...path, "aligned"])) {
    if (own.length < arches.length)
      throw new CannotImport(
        place,
        `the alignment of ${at.tag} changed on ${idsOf(group)} only`,
        "write it into the schema by hand",
      );
    file.addKey(path, "aligned", `{ ${first}: 0, ${version}: ${now} }`, [
      "summary",
      "purpose",
      "since",
      "until",
      "names",
      "arches",
    ]);
    return;
  }
  const changes = new Map(
    group.flatMap(({ difference: each, arches: those }) => those.map(({ id }) => [id, String(each.now)] as const)),
  );
  changeValue({ file, path: [...path, "aligned"], changes, version, first, arches });
}

/** Writes the order of fields explicitly where it is not that of the file, in the new version or in the previous one. */
function planOrders(plan: ImportPlan, shared: readonly SharedDifference[]): void {
  const { edit, version } = plan;
  const done = new Set<string>();
  for (const { difference } of shared) {
    if (difference.kind !== "order-changed" && difference.kind !== "field-added") continue;
    const { struct, inside } = difference.at;
    if (inside.length > 0) {
      if (difference.kind === "order-changed")
        throw new CannotImport(
          difference.place,
          `the order within ${pathOf(difference.at)} changed`,
          "the schema has orders of whole structs only",
        );
      continue;
    }
    const isListed = plan.arches.some((arch) => Array.isArray(struct.order.at(newAbi(plan, arch))));
    if (done.has(structId(struct)) || (difference.kind === "field-added" && !isListed)) continue;
    const order = orderOf(shared, struct);
    if (!order) continue;
    if (order.includes(""))
      throw new CannotImport(
        difference.kind === "order-changed" ? difference.place : difference.member.place,
        `${difference.at.tag} has a new anonymous member, and its order is listed`,
        "write it into the schema by hand",
      );
    done.add(structId(struct));
    const file = edit.of(struct.origin.document);
    const { path } = struct.origin;
    const text = `[${order.join(", ")}]`;
    const lines =
      text.length < 80 ? [`${version}: ${text}`] : [`${version}:`, "  [", ...order.map((key) => `    ${key},`), "  ]"];
    if (file.has([...path, "order"])) file.addEntry([...path, "order"], lines);
    else
      file.addEntry(
        path,
        ["order:", ...lines.map((line) => `  ${line}`)],
        lastOf(file.keys(path), [
          "summary",
          "purpose",
          "since",
          "until",
          "names",
          "arches",
          "aligned",
          "source",
          "confidence",
          "notes",
        ]),
      );
  }
}

/** Keys of the fields in the headers' order; undefined if it is unchanged. */
function orderOf(shared: readonly SharedDifference[], struct: Struct): string[] | undefined {
  for (const { difference } of shared)
    if (difference.kind === "order-changed" && difference.at.struct === struct && difference.at.inside.length === 0)
      return [...difference.order];
  // When fields were only added, each of these differences has the order of all fields.
  const [any] = shared.flatMap(({ difference }) =>
    difference.kind === "field-added" && difference.at.struct === struct && difference.at.inside.length === 0
      ? [difference]
      : [],
  );
  return any && [...any.order];
}

function lastOf(keys: readonly string[], candidates: readonly string[]): string | undefined {
  return keys.filter((key) => candidates.includes(key)).at(-1);
}

function fieldsOf(struct: Struct, inside: readonly Field[]): YamlPath {
  const last = inside.at(-1);
  return last ? [...last.origin.path, last.nested?.kind ?? "struct"] : [...struct.origin.path, "fields"];
}

function idsOf(group: DifferenceGroup<HeaderDifference["kind"]>): string {
  return archesOf(group)
    .map(({ id }) => id)
    .join(", ");
}
