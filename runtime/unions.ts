import type { CodecContext } from "./codec.js";
import { UnionConflictError } from "./errors.js";

/** One member of a union as generated code describes it. */
export interface UnionMember<T = unknown> {
  readonly name: string;
  /** The value given; undefined, or an object whose fields are all undefined, when the member was left out. */
  readonly value: T | undefined;
  /** Checks and writes the value. */
  store(value: T, view: DataView, at: number): void;
  load(view: DataView, at: number): T;
}

/**
 * Checks the members of a union: at least one must be given, and all that are given must mean the same bytes (a decoded value
 * gives all of them). Returns what writes the first one.
 */
export function checkUnion(
  codec: CodecContext,
  field: string,
  size: number,
  // biome-ignore lint/suspicious/noExplicitAny: members have different types by nature
  members: readonly UnionMember<any>[],
): (view: DataView, at: number) => void {
  const given = members.filter((member) => isGiven(member.value));
  const [first, ...others] = given;
  if (!first) throw codec.refuse(field, `one of ${members.map((m) => m.name).join(", ")}`, undefined);
  const scratch = new DataView(new ArrayBuffer(size));
  first.store(first.value, scratch, 0);
  for (const other of others) {
    other.store(other.value, new DataView(new ArrayBuffer(size)), 0);
    if (!same(other.load(scratch, 0), other.value)) throw new UnionConflictError(codec, field, first.name, other.name);
  }
  return (view, at) => first.store(first.value, view, at);
}

function isGiven(value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Array.isArray(value)) return true;
  const parts = Object.values(value);
  return parts.length === 0 || parts.some((part) => part !== undefined);
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b || (a !== a && b !== b);
  const keys = Object.keys(a);
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
