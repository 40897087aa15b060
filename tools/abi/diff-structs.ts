/** Changes of the structs of one architecture between two versions. */
import { changesOf, differing } from "../../runtime/comparison.js";
import type { Abi, BoundStruct, Registry } from "../../runtime/index.js";
import { meaningText } from "./meaning-text.js";
import { type ShownMember, showBound } from "./show.js";

export interface StructChange {
  /** C name in the later version, or its last C name. */
  readonly name: string;
  /** Changes of the struct as a whole; empty if only fields changed. */
  readonly changes: readonly ("added" | "removed" | "renamed" | "resized" | "realigned")[];
  readonly from?: StructState;
  readonly to?: StructState;
  /** In the order of the later version, removed fields first. */
  readonly fields: readonly MemberChange[];
}

interface StructState {
  readonly name: string;
  readonly size: number;
  readonly align: number;
}

export interface MemberChange {
  /** Path in the later version, or its last path, e.g. `tcp.rcv_nxt`. */
  readonly field: string;
  readonly changes: readonly ("added" | "removed" | "renamed" | "moved" | "resized" | "retyped" | "redefined")[];
  /**
   * State before the change. If both versions have the field, only what changed, so that the change is equal on every architecture where it holds.
   */
  readonly from?: Partial<FieldState>;
  readonly to?: Partial<FieldState>;
}

interface FieldState {
  readonly name: string;
  /** Offset in bytes from the start of the struct, also for fields of nested aggregates. */
  readonly offset: number;
  readonly size: number;
  /** Type in the terms of the measured layouts, with array lengths, e.g. `u8[6]`; with the explicit width if that says more. */
  readonly type: string;
  /** Meaning, in sentences. */
  readonly meaning: string;
}

/** Structs that differ, in the order of the schema. Schema keys identify structs and fields with different names. */
export function structChanges(registry: Registry, from: Abi, to: Abi): StructChange[] {
  const before = new Map(from.structs.map((struct) => [struct.entry, struct]));
  const after = new Map(to.structs.map((struct) => [struct.entry, struct]));
  return registry.structs.flatMap((entry) => {
    const [old, now] = [before.get(entry), after.get(entry)];
    const [was, is] = [old && stateOf(old), now && stateOf(now)];
    const { name } = is ?? was ?? {};
    if (name === undefined) return [];
    const fields = fieldChanges(
      old ? flatMembersOf(registry, from, old) : [],
      now ? flatMembersOf(registry, to, now) : [],
    );
    const changes = changesIn(was, is, STRUCT_CHANGES);
    if (changes.length + fields.length === 0) return [];
    return [{ name, changes, ...(was && { from: was }), ...(is && { to: is }), fields }];
  });
}

function stateOf({ name, layout }: BoundStruct): StructState {
  return { name, size: layout.size, align: layout.align };
}

/** Name of the change when a property of a struct, or of a field, differs. */
const STRUCT_CHANGES = { name: "renamed", size: "resized", align: "realigned" } as const;
const FIELD_CHANGES = {
  name: "renamed",
  offset: "moved",
  size: "resized",
  type: "retyped",
  meaning: "redefined",
} as const;

function changesIn<State extends object, Changes extends Readonly<Record<keyof State, string>>>(
  old: State | undefined,
  now: State | undefined,
  changes: Changes,
): (Changes[keyof State] | "added" | "removed")[] {
  if (!old || !now) return [now ? "added" : "removed"];
  return differing(old, now, Object.keys(changes) as (keyof State)[]).map((property) => changes[property]);
}

function fieldChanges(before: readonly FlatMember[], after: readonly FlatMember[]): MemberChange[] {
  return changesOf(before, after, ({ key }) => key).flatMap(({ old, now }): MemberChange[] => {
    const field = ((now ?? old) as FlatMember).state.name;
    const changes = changesIn(old?.state, now?.state, FIELD_CHANGES);
    if (!old || !now) return [{ field, changes, ...(old && { from: old.state }), ...(now && { to: now.state }) }];
    if (changes.length === 0) return [];
    const aspects = differing(old.state, now.state, Object.keys(FIELD_CHANGES) as (keyof FieldState)[]);
    const only = (state: FieldState) => Object.fromEntries(aspects.map((aspect) => [aspect, state[aspect]]));
    return [{ field, changes, from: only(old.state), to: only(now.state) }];
  });
}

interface FlatMember {
  /** Path of schema keys. */
  readonly key: string;
  readonly state: FieldState;
}

function flatMembersOf(registry: Registry, abi: Abi, struct: BoundStruct): FlatMember[] {
  return flatten(showBound(registry, abi, struct).members);
}

/** All members; those of nested aggregates follow the aggregate, with their path as name. An anonymous aggregate itself is omitted. */
function flatten(members: readonly ShownMember[], base = 0, path = "", keys = ""): FlatMember[] {
  return members.flatMap((member) => {
    const { name, size } = member;
    const key = `${keys}${member.key ?? name}`;
    const offset = base + member.offset;
    const state = name !== null && {
      name: path + name,
      offset,
      size,
      type: typeText(member),
      meaning: definition(member),
    };
    const inner = name === null ? path : `${path}${name}.`;
    return [
      ...(state ? [{ key, state }] : []),
      ...("members" in member ? flatten(member.members, offset, inner, `${key}.`) : []),
    ];
  });
}

/** All parts of a meaning that can change, as one text for the comparison. */
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
