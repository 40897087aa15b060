/** Evaluates `__builtin_offsetof(struct a, b[1].c)`, the offset of a member. */
import { extentOfType, type HeaderAggregate, layOutHeader } from "../layout.js";
import type { Dimension, HeaderMember, HeaderType } from "../model.js";
import type { CToken } from "../tokens.js";
import { withStructs } from "./extents.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import type { Scope } from "./scope.js";
import { usable } from "./typed.js";

/**
 * Reads the parentheses.
 *
 * @param readIndex reads a constant expression at the cursor
 * @returns the offset, in bytes
 * @throws {BrokenHeader} when it is unknown
 */
export function readOffset(reading: DeclarationReader, readIndex: () => bigint): bigint {
  const { cursor, scope } = reading;
  const first = cursor.token as CToken;
  cursor.expect("(");
  let at: OffsetPlace = { ...usable(reading.typeName()), offset: 0n };
  cursor.expect(",");
  for (let isFirst = true; !cursor.take(")"); isFirst = false) {
    if (!isFirst && cursor.take("[")) {
      at = element(reading, at, readIndex(), first);
      cursor.expect("]");
      continue;
    }
    if (!isFirst) cursor.expect(".");
    const name = cursor.next();
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at - 1, "the name of a member");
    const aggregate = at.dims.length === 0 ? aggregateOf(scope, at.type) : undefined;
    const found = aggregate && memberIn(reading, aggregate, name);
    if (!found) throw errorAt(name, "no-constant", `the offset of \`${name.text}\` is not known here`);
    at = { type: found.member.type, dims: found.member.dims, offset: at.offset + BigInt(found.offset) };
  }
  return at.offset;
}

interface OffsetPlace {
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  readonly offset: bigint;
}

function element(
  reading: DeclarationReader,
  { type, dims, offset }: OffsetPlace,
  index: bigint,
  first: CToken,
): OffsetPlace {
  const [, ...inner] = dims;
  if (dims.length === 0) throw errorAt(first, "no-constant", "only arrays have elements");
  const { size } = withStructs(reading, first, (extentOf) => extentOfType(type, reading.scope.arch, extentOf));
  const one = inner.reduce((product, { value }) => product * value, size);
  return { type, dims: inner, offset: offset + index * BigInt(one) };
}

function aggregateOf(scope: Scope, type: HeaderType): HeaderAggregate | undefined {
  if (type.kind === "reference") return scope.structs.get(type.tag);
  return type.kind === "scalar" ? undefined : type;
}

/** A member by name, including members of anonymous members. */
function memberIn(
  reading: DeclarationReader,
  aggregate: HeaderAggregate,
  name: CToken,
): { readonly member: HeaderMember; readonly offset: number } | undefined {
  const { offsets } = withStructs(reading, name, (extentOf) => layOutHeader(aggregate, reading.scope.arch, extentOf));
  for (const [index, member] of aggregate.members.entries()) {
    const offset = offsets[index] as number;
    if (member.name === name.text) return { member, offset };
    const inner = member.name === null ? aggregateOf(reading.scope, member.type) : undefined;
    const found = inner && memberIn(reading, inner, name);
    if (found) return { member: found.member, offset: offset + found.offset };
  }
  return undefined;
}
