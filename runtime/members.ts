/** Layouts as one version on one architecture has them: members under the names of the version, each with what it means there. */
import type { FieldDescriptor, FieldMeaning, LayoutDescriptor, MemberDescriptor } from "./descriptor.js";
import { isHistory, type Varying } from "./varying.js";

export interface BoundLayout extends LayoutDescriptor {
  readonly members: readonly BoundMember[];
}

/** A member of a struct in one version on one architecture. */
export interface BoundMember extends MemberDescriptor {
  /** What it means there. Members of a struct without a name have meanings of their own, like all others. */
  readonly meaning: FieldMeaning;
  /** The field over all versions. */
  readonly field: FieldDescriptor;
  /** Members of a nested aggregate. */
  readonly members?: readonly BoundMember[];
}

type Fields = Readonly<Record<string, FieldDescriptor>>;

/**
 * @param typeNames C types of the version by those of the descriptors, where they differ, e.g. `struct ckpt_pids` by `struct ckpt_task_pids`
 * @param resolve what a varying value is in the version on the architecture
 */
export function bindLayout(
  layout: LayoutDescriptor,
  fields: Fields,
  typeNames: ReadonlyMap<string, string>,
  resolve: <T>(varying: Varying<T>) => T | undefined,
): BoundLayout {
  const bind = (members: readonly MemberDescriptor[], fields: Fields): BoundMember[] =>
    members.map(({ members: inner, ...member }) => {
      const field = fields[member.key ?? member.name ?? ""] ?? UNDESCRIBED;
      return {
        ...member,
        type: typeNames.get(member.type) ?? member.type,
        c: typeNames.get(member.c) ?? member.c,
        meaning: resolve(field.meaning) ?? NO_MEANING,
        field,
        ...(inner && { members: bind(inner, field.fields ?? {}) }),
      };
    });
  return { ...layout, members: bind(layout.members, fields) };
}

const NO_MEANING: FieldMeaning = { doc: "" };
const UNDESCRIBED: FieldDescriptor = { meaning: [] };

/** Whether fields mean the same in every version on every architecture, those of nested aggregates included. */
export function areFixed(fields: Fields): boolean {
  return Object.values(fields).every(
    ({ meaning, fields: inner = {} }) => isHistory(meaning) && meaning.length === 1 && areFixed(inner),
  );
}
