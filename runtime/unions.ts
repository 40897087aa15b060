/** Checks the given members of unions, which must ask for the same bytes. */
import type { CodecContext } from "./codec.js";
import { UnionConflictError } from "./errors.js";

/** One member of a union, as generated code describes it. */
export interface UnionMember<T = unknown> {
  readonly name: string;
  /** The given value; undefined when the member was omitted. */
  readonly value: T | undefined;
  /** Checks and writes the value. */
  store(value: T, view: DataView, at: number): void;
  load(view: DataView, at: number): T;
}

/**
 * Checks the members of a union: at least one must be given, and all given members must ask for the same bytes (a decoded value has all of them).
 * Returns a function that writes the first given member.
 *
 * @throws {MissingFieldError} when no member is given
 * @throws {UnionConflictError} when two members ask for different bytes
 */
export function checkUnion(
  codec: CodecContext,
  field: string,
  size: number,
  // biome-ignore lint/suspicious/noExplicitAny: members have different types by nature
  members: readonly UnionMember<any>[],
): (view: DataView, at: number) => void {
  const given = members.filter((member) => member.value !== undefined);
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

/** The fields of an anonymous struct, collected from the object around it; undefined when all of them were omitted. */
export function gather<T extends object>(parts: T): T | undefined {
  return Object.values(parts).some((part) => part !== undefined) ? parts : undefined;
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b || (a !== a && b !== b);
  const keys = Object.keys(a);
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
