/** What became of the structs of one architecture from one version to another. */
import type { Abi, BoundStruct, Registry } from "../../runtime/index.js";
import { meaningText } from "./meaning-text.js";
import { type ShownMember, showBound } from "./show.js";

export interface StructChange {
  /** C name in the later version, or the last that it had. */
  readonly name: string;
  /** What changed in the struct as a whole; empty when only fields did. */
  readonly changes: readonly ("added" | "removed" | "renamed" | "resized" | "realigned")[];
  readonly from?: StructState;
  readonly to?: StructState;
  /** In the order of the later version, removed fields first. */
  readonly fields: readonly FieldChange[];
}

export interface StructState {
  readonly name: string;
  readonly size: number;
  readonly align: number;
}

export interface FieldChange {
  /** Path in the later version, or the last that it had, e.g. `tcp.rcv_nxt`. */
  readonly field: string;
  readonly changes: readonly ("added" | "removed" | "renamed" | "moved" | "resized" | "retyped" | "redefined")[];
  /** Of a field that both versions have, only what changed, so that it holds for every architecture where the same changed. */
  readonly from?: Partial<FieldState>;
  readonly to?: Partial<FieldState>;
}

export interface FieldState {
  readonly name: string;
  /** Bytes from the start of the struct, for fields of nested aggregates too. */
  readonly offset: number;
  readonly size: number;
  /** Type in the words of the measured layouts with array lengths, e.g. `u8[6]`; with the explicit width where that says more. */
  readonly type: string;
  /** What it means there, in sentences. */
  readonly meaning: string;
}

/** Structs that differ, in the order of the schema. The schema key tells which structs and fields are the same under another name. */
export function structChanges(registry: Registry, from: Abi, to: Abi): StructChange[] {
  const before = new Map(from.structs.map((struct) => [struct.entry, struct]));
  const after = new Map(to.structs.map((struct) => [struct.entry, struct]));
  return registry.structs.flatMap((entry) => {
    const old = before.get(entry);
    const now = after.get(entry);
    if (!old && !now) return [];
    const change = compare(
      old && { state: stateOf(old), fields: flatten(showBound(registry, from, old).members) },
      now && { state: stateOf(now), fields: flatten(showBound(registry, to, now).members) },
    );
    return change.changes.length > 0 || change.fields.length > 0 ? [change] : [];
  });
}

function stateOf({ name, layout }: BoundStruct): StructState {
  return { name, size: layout.size, align: layout.align };
}

/** Fields by the path of their keys. */
type Fields = ReadonlyMap<string, FieldState>;

interface Side {
  readonly state: StructState;
  readonly fields: Fields;
}

const NOTHING: Fields = new Map();

function compare(old: Side | undefined, now: Side | undefined): StructChange {
  const from = old?.state;
  const to = now?.state;
  const changes: StructChange["changes"][number][] = [];
  if (!from) changes.push("added");
  else if (!to) changes.push("removed");
  else {
    if (from.name !== to.name) changes.push("renamed");
    if (from.size !== to.size) changes.push("resized");
    if (from.align !== to.align) changes.push("realigned");
  }
  return {
    name: (to ?? from)?.name ?? "",
    changes,
    ...(from && { from }),
    ...(to && { to }),
    fields: fieldChanges(old?.fields ?? NOTHING, now?.fields ?? NOTHING),
  };
}

const ASPECTS = [
  ["renamed", "name"],
  ["moved", "offset"],
  ["resized", "size"],
  ["retyped", "type"],
  ["redefined", "meaning"],
] as const satisfies readonly (readonly [FieldChange["changes"][number], keyof FieldState])[];

function fieldChanges(before: Fields, after: Fields): FieldChange[] {
  const removed = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, from]): FieldChange => ({ field: from.name, changes: ["removed"], from }));
  const others = [...after].flatMap(([key, to]): FieldChange[] => {
    const from = before.get(key);
    if (!from) return [{ field: to.name, changes: ["added"], to }];
    const aspects = ASPECTS.filter(([, aspect]) => from[aspect] !== to[aspect]);
    if (aspects.length === 0) return [];
    const only = (state: FieldState) => Object.fromEntries(aspects.map(([, aspect]) => [aspect, state[aspect]]));
    return [{ field: to.name, changes: aspects.map(([change]) => change), from: only(from), to: only(to) }];
  });
  return [...removed, ...others];
}

/** Members of nested aggregates stand beside the others, with their path as name; an anonymous aggregate is only its members. */
function flatten(members: readonly ShownMember[], base = 0, path = "", keys = ""): Map<string, FieldState> {
  const fields = new Map<string, FieldState>();
  for (const member of members) {
    const key = `${keys}${member.key ?? member.name}`;
    const offset = base + member.offset;
    if (member.name !== null)
      fields.set(key, {
        name: path + member.name,
        offset,
        size: member.size,
        type: typeText(member),
        meaning: definition(member),
      });
    if (!("members" in member)) continue;
    const inner = member.name === null ? path : `${path}${member.name}.`;
    for (const [innerKey, field] of flatten(member.members, offset, inner, `${key}.`)) fields.set(innerKey, field);
  }
  return fields;
}

/** All that can change about a meaning, so that nothing of it changes untold. */
function definition(member: ShownMember): string {
  const { format, reserved, confidence } = member;
  const parts = [meaningText(member, member.size)];
  if (format) parts.push(`Shown as ${format}.`);
  if (member.default !== undefined) parts.push(`An older image that lacks it is read as ${member.default}.`);
  if (reserved) parts.push("Padding.");
  if (confidence) parts.push(`(${confidence})`);
  return parts.filter((part) => part !== "").join(" ");
}

function typeText(member: ShownMember): string {
  const type = "kind" in member ? member.kind : member.type;
  const width = "width" in member ? ` (${member.width})` : "";
  return `${type}${(member.dims ?? []).map((dim) => `[${dim}]`).join("")}${width}`;
}
