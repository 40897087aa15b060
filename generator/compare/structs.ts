/**
 * Compares structs and their members in one version on one architecture. Changes that C computes (offsets, sizes) are reported once per struct. A
 * struct whose members move only because a nested struct changed is reported with that struct.
 */

import { pairUp } from "../../runtime/comparison.js";
import type { DistinctLayout, LaidMember, LaidType, Layout } from "../layout.js";
import { nestedStructs } from "../members.js";
import { bindingName, type Field, type Struct } from "../model.js";
import { type Change, changeAt, changed, lastPlace } from "./change.js";
import { documentationOf, fieldAspects, structAspects } from "./documentation.js";
import { type Naming, namingOf, schemaExpression } from "./expressions.js";
import type { ChangeKind } from "./kinds.js";
import type { View } from "./view.js";

export function compareStructs(before: View, after: View): Change[] {
  const paired = pairUp(
    [...before.structs.values()],
    [...after.structs.values()],
    // First by the name in this version: a key is the newest name, which may since belong to another struct.
    ({ struct }) => bindingName(struct, (before.structs.has(struct) ? before : after).abi),
    ({ struct }) => `${struct.family ?? ""}/${struct.key}`,
    ({ layout }) => shapeOf(layout),
  );
  const partners = new Map(paired.both.map(([old, now]) => [old.struct, now.struct]));
  const comparisons = paired.both.map(([old, now]) => new Comparison(before, after, old, now, partners));
  const nameIn = ({ struct }: DistinctLayout, { abi }: View) => `struct ${bindingName(struct, abi)}`;
  return [
    ...paired.removed.flatMap((gone) => {
      const { key, family, origin } = gone.struct;
      const sameKey = after.model.structs.find((other) => other.key === key && other.family === family);
      return changed("struct-removed", key, { from: nameIn(gone, before) }, lastPlace(origin, sameKey));
    }),
    ...paired.added.flatMap((one) => {
      const { key, external, origin } = one.struct;
      return changed(external ? "external-added" : "struct-added", key, { to: nameIn(one, after) }, changeAt(origin));
    }),
    ...comparisons.flatMap((comparison) => comparison.changes),
    ...layoutChanges(comparisons, after),
  ];
}

interface Item {
  /** Path of C names. Members of anonymous aggregates count as members of the parent, as in C. */
  readonly path: string;
  readonly keys: string;
  /** Offset in bytes from the start of the aggregate that is compared, through anonymous aggregates. */
  readonly offset: number;
  readonly member: LaidMember;
}

class Comparison {
  readonly changes: Change[] = [];
  /** Members whose offset changed: `vm_end 16 → 24` */
  readonly moves: string[] = [];
  /** Whether the entry of the struct itself changed in anything other than names and documentation. */
  private edited = false;
  private readonly oldNaming: Naming;
  private readonly newNaming: Naming;

  constructor(
    private readonly before: View,
    private readonly after: View,
    readonly old: DistinctLayout,
    readonly now: DistinctLayout,
    /** Structs of the new side by their counterparts on the old side. */
    private readonly partners: ReadonlyMap<Struct, Struct>,
  ) {
    const { struct } = now;
    this.oldNaming = namingOf(before, old.struct);
    this.newNaming = namingOf(after, struct);
    const [oldName, newName] = [bindingName(old.struct, before.abi), bindingName(struct, after.abi)];
    const names = { from: `struct ${oldName}`, to: `struct ${newName}` };
    this.changes.push(...changed("struct-renamed", struct.key, names, changeAt(struct.origin, "names")));
    this.edited = (old.struct.aligned.at(before.abi) ?? 0) !== (struct.aligned.at(after.abi) ?? 0);
    this.level(old.layout, now.layout, `${struct.key}.`);
    this.changes.push(...documentationOf(struct.key, struct.origin, structAspects(old.struct), structAspects(struct)));
  }

  get resized(): boolean {
    return this.old.layout.size !== this.now.layout.size || this.old.layout.align !== this.now.layout.align;
  }

  /** Whether the layout changed although the struct's own entry did not, so that a nested struct is the cause. */
  get follows(): boolean {
    return !this.edited && (this.resized || this.moves.length > 0);
  }

  private level(old: Layout, now: Layout, prefix: string): void {
    const { both, removed, added } = pairUp(
      itemsOf(old),
      itemsOf(now),
      (item) => item.path,
      (item) => item.keys,
      (item) => `${item.offset} ${this.typeText(item.member)}`,
    );
    const places = new Map(itemsOf(now).map((item, index) => [item, index]));
    const order = both.map(([, item]) => places.get(item) ?? 0);
    if (removed.length + added.length > 0 || order.some((place, index) => place < (order[index - 1] ?? 0)))
      this.edited = true;
    for (const { path, member } of removed) {
      const { origin, meanings } = member.field;
      const kind = meanings.at(this.before.abi).reserved ? "padding-removed" : "member-removed";
      const place = lastPlace(origin, this.fieldNow(member), this.now.struct);
      this.changes.push(...changed(kind, prefix + path, { from: this.typeText(member) }, place));
    }
    for (const { path, member } of added) {
      const { origin, meanings } = member.field;
      const kind = meanings.at(this.after.abi).reserved ? "padding-added" : "member-added";
      this.changes.push(...changed(kind, prefix + path, { to: this.typeText(member) }, changeAt(origin)));
    }
    for (const [from, to] of both) this.member(from, to, prefix);
  }

  private fieldNow({ field }: LaidMember) {
    return this.now.struct.fields.find(({ key }) => key === field.key);
  }

  private member(from: Item, to: Item, prefix: string): void {
    const { field: was } = from.member;
    const { field } = to.member;
    const subject = prefix + to.keys;
    const report = (kind: ChangeKind, from: string, to: string, ...steps: string[]) =>
      this.changes.push(...changed(kind, subject, { from, to }, changeAt(field.origin, ...steps)));

    report("member-renamed", from.path, to.path, "names");
    if (from.offset !== to.offset) this.moves.push(`${subject} ${from.offset} → ${to.offset}`);
    if (was.aligned !== field.aligned || was.typeAligned !== field.typeAligned) this.edited = true;
    this.type(from.member, to.member, subject, report);

    report("member-count", countText(was, this.oldNaming), countText(field, this.newNaming), "count");
    const [meant, means] = [was.meanings.at(this.before.abi), field.meanings.at(this.after.abi)];
    // Without a prescribed value every image is valid.
    const constKind = means.const === undefined ? "documentation" : "member-const";
    report(constKind, `${meant.const ?? "any"}`, `${means.const ?? "any"}`, "const");
    report("member-reserved", reservedText(meant.reserved), reservedText(means.reserved), "reserved");
    const aspects = [fieldAspects(was, this.before.abi), fieldAspects(field, this.after.abi)] as const;
    this.changes.push(...documentationOf(subject, field.origin, ...aspects));
  }

  private type(
    old: LaidMember,
    now: LaidMember,
    subject: string,
    report: (kind: ChangeKind, from: string, to: string, ...steps: string[]) => void,
  ): void {
    const nested = (type: LaidType) => (type.kind === "struct" || type.kind === "union" ? type : undefined);
    const [from, to] = [this.typeText(old), this.typeText(now)];
    const [inner, innerNow] = [nested(old.type), nested(now.type)];
    if (from !== to) {
      const same = shapeOfType(old) === shapeOfType(now);
      report(same ? "member-type-named" : "member-retyped", from, to, "type");
      if (!same) this.edited = true;
    } else if (inner && innerNow) this.level(inner.layout, innerNow.layout, `${subject}.`);
    if (old.elementSize !== now.elementSize && from === to)
      this.moves.push(`${subject} has ${old.elementSize} → ${now.elementSize} bytes`);
  }

  /** Type as text: `u32[4]`, `struct ckpt_hdr`. A renamed struct has its new name on both sides, because the rename is reported separately. */
  private typeText({ type, dims, flexible }: LaidMember): string {
    const lengths = (flexible ? "[]" : "") + dims.map((dim) => `[${dim}]`).join("");
    if (type.kind === "scalar") return type.scalar + lengths;
    if (type.kind !== "reference") return type.kind + lengths;
    const struct = this.partners.get(type.struct) ?? type.struct;
    const { abi } = this.after.structs.has(struct) ? this.after : this.before;
    return `struct ${bindingName(struct, abi)}${lengths}`;
  }
}

function countText({ count }: Field, naming: Naming): string {
  return count === undefined ? "none" : schemaExpression(count, naming);
}

function reservedText(reserved: boolean): string {
  return reserved ? "reserved" : "a value";
}

/** Cached, because many versions share a layout. */
const items = new WeakMap<Layout, readonly Item[]>();

function itemsOf(layout: Layout): readonly Item[] {
  const known = items.get(layout) ?? liftedItems(layout, 0);
  items.set(layout, known);
  return known;
}

function liftedItems(layout: Layout, base: number): Item[] {
  return layout.members.flatMap((member): Item[] => {
    const offset = base + member.offset;
    if (member.name === null && member.type.kind !== "scalar") return liftedItems(member.type.layout, offset);
    return [{ path: member.name ?? member.field.key, keys: member.field.key, offset, member }];
  });
}

/** Names, offsets and types at all depths, without the names of the nested structs. */
function shapeOf(layout: Layout): string {
  return `{${itemsOf(layout)
    .map(({ path, offset, member }) => `${path}@${offset}:${shapeOfType(member)}`)
    .join(";")}}${layout.size}`;
}

function shapeOfType({ type, dims, flexible }: LaidMember): string {
  const element = type.kind === "scalar" ? type.scalar.replace(/^char$/, "u8") : shapeOf(type.layout);
  return `${element}${flexible ? "[]" : ""}[${dims}]`;
}

/** One change per struct whose offsets or size differ, except for structs that only follow a nested one. */
function layoutChanges(comparisons: readonly Comparison[], after: View): Change[] {
  const moved = comparisons.filter(({ resized, moves }) => resized || moves.length > 0);
  const causes = new Set(moved.filter(({ resized }) => resized).map(({ now }) => now.struct));
  const contained = (comparison: Comparison) =>
    [...structsWithin(comparison.now.layout)].filter((struct) => causes.has(struct));
  const followers = moved.filter((comparison) => comparison.follows && contained(comparison).length > 0);
  return moved
    .filter((comparison) => !followers.includes(comparison))
    .map(({ old, now, moves }): Change => {
      const carries = followers
        .filter(({ now: { layout } }) => [...structsWithin(layout)].includes(now.struct))
        .map(({ now: { struct } }) => struct.key);
      const [resized, realigned] = [old.layout.size !== now.layout.size, old.layout.align !== now.layout.align];
      const kind = !resized && moves.length === 0 && carries.length === 0 ? "struct-realigned" : "struct-laid-out";
      const measure = ({ size, align }: Layout) =>
        kind === "struct-realigned" ? `${align}` : `${size} bytes${realigned ? ` aligned to ${align}` : ""}`;
      return {
        kind,
        subject: now.struct.key,
        ...((resized || realigned) && { from: measure(old.layout), to: measure(now.layout) }),
        ...(moves.length > 0 && { detail: someOf(moves.map((move) => move.slice(now.struct.key.length + 1))) }),
        place: changeAt((after.structs.get(now.struct)?.struct ?? now.struct).origin),
        ...(carries.length > 0 && { carries }),
      };
    });
}

function someOf(moves: readonly string[]): string {
  const [shown, others] = [moves.slice(0, 3), moves.length - 3];
  return `offsets: ${shown.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

/** Every struct that a layout contains, at any depth. */
function* structsWithin(layout: Layout): Generator<Struct> {
  for (const nested of nestedStructs(layout)) {
    yield nested.struct;
    yield* structsWithin(nested.layout);
  }
}
