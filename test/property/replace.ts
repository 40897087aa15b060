/** Changes a part of a value at the path of a field. */
import type { Aggregate, Field, Shape, ShapeMember } from "./shape.js";

/** Sets a value at a path. In a union the other members are removed, since they would contradict it. */
export function replace(shape: Shape, object: unknown, path: Field["path"], value: unknown): void {
  const [step, ...rest] = path as [string | number, ...Field["path"]];
  const parts = object as Record<string | number, unknown>;
  if (shape.kind === "array") {
    if (rest.length === 0) parts[step] = value;
    else replace(shape.element, parts[step], rest, value);
    return;
  }
  const { kind, members } = shape as Aggregate;
  const chosen = memberAt(shape, step);
  if (kind === "union")
    for (const member of members) if (member !== chosen) for (const name of names(member)) delete parts[name];
  if (chosen.name === null) replace(chosen.shape, object, path, value);
  else if (rest.length === 0) parts[step] = value;
  else replace(chosen.shape, parts[step], rest, value);
}

/** Whether a path leads directly to a member of a union, which may be left out. */
export function isUnionMember(shape: Shape, path: Field["path"]): boolean {
  const [step, ...rest] = path as [string | number, ...Field["path"]];
  if (shape.kind === "array") return rest.length > 0 && isUnionMember(shape.element, rest);
  const { kind, members } = shape as Aggregate;
  const chosen = memberAt(shape, step);
  if (chosen.name === null) return isUnionMember(chosen.shape, path);
  return rest.length === 0 ? kind === "union" && members.length > 1 : isUnionMember(chosen.shape, rest);
}

/** The names that a member adds to the enclosing object: those of its own members if it is anonymous. */
export function names({ name, shape }: ShapeMember): string[] {
  return name === null ? (shape as Aggregate).members.flatMap(names) : [name];
}

function memberAt(shape: Shape, step: string | number): ShapeMember {
  const member = (shape as Aggregate).members.find((candidate) => names(candidate).includes(String(step)));
  if (!member) throw new Error(`no member ${step}`);
  return member;
}
