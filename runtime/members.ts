/** Layouts of one version on one architecture: members under the names of the version, each with its meaning there. */
import type { FieldDescriptor, FieldMeaning, LayoutDescriptor, MemberDescriptor } from "./descriptor.js";
import { isHistory, type Varying } from "./varying.js";

export interface BoundLayout extends LayoutDescriptor {
  readonly members: readonly BoundMember[];
}

/** A member of a struct in one version on one architecture. */
export interface BoundMember extends MemberDescriptor {
  /** Meaning in this version on this architecture. Members of an anonymous struct have meanings of their own. */
  readonly meaning: FieldMeaning;
  /** The field over all versions. */
  readonly field: FieldDescriptor;
  /** Members of a nested aggregate. */
  readonly members?: readonly BoundMember[];
}

type Fields = Readonly<Record<string, FieldDescriptor>>;

/**
 * Binds a layout to one version on one architecture.
 *
 * @param typeNames C types of the version by the types of the descriptors where they differ, e.g. `struct ckpt_pids` by `struct ckpt_task_pids`
 * @param resolve returns the value of a varying value in this version on this architecture
 */
export function bindLayout(
  layout: LayoutDescriptor,
  fields: Fields,
  typeNames: ReadonlyMap<string, string>,
  resolve: <T>(varying: Varying<T>) => T | undefined,
): BoundLayout {
  const bind = (members: readonly MemberDescriptor[], fields: Fields): BoundMember[] =>
    members.map((member) => {
      const field = fields[member.key ?? member.name ?? ""] ?? UNDESCRIBED;
      const { type, c, members: inner } = member;
      // One spread, at the beginning: V8 copies such an object several times as fast as others.
      const bound = {
        ...member,
        type: typeNames.get(type) ?? type,
        c: typeNames.get(c) ?? c,
        meaning: resolve(field.meaning) ?? NO_MEANING,
        field,
      };
      return inner ? { ...bound, members: bind(inner, field.fields ?? {}) } : (bound as BoundMember);
    });
  return { ...layout, members: bind(layout.members, fields) };
}

const NO_MEANING: FieldMeaning = { doc: "" };
const UNDESCRIBED: FieldDescriptor = { meaning: [] };

/** Whether all fields, including nested ones, have the same meaning in every version on every architecture. */
export function areFixed(fields: Fields): boolean {
  return Object.values(fields).every(
    ({ meaning, fields: inner = {} }) => isHistory(meaning) && meaning.length === 1 && areFixed(inner),
  );
}
