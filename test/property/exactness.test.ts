/** Numbers that other formats lose: 64-bit values at both ends of their range, and values outside of enumerations. */
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { FieldMeaning } from "../../runtime/descriptor.js";
import type { BoundMember } from "../../runtime/members.js";
import { expectSame } from "./comparison.js";
import { interpret } from "./interpreter.js";
import { replace } from "./replace.js";
import { type Field, fieldsOf, integerRange } from "./shape.js";
import { subjects } from "./subjects.js";

const all = subjects();

test("64-bit values are exact at both ends of the range and around 2^53", () => {
  let tried = 0;
  for (const { codec, shape, littleEndian } of all) {
    const zeros = interpret(shape, new Uint8Array(codec.size), 0, littleEndian);
    for (const { leaf, path, offset } of fieldsOf(shape)) {
      if (leaf.kind !== "integer" || leaf.bits !== 64) continue;
      const [min, max] = integerRange(leaf);
      for (const exact of [min, min + 1n, max - 1n, max, 2n ** 53n + 1n, 2n ** 32n, 2n ** 63n - 1n, -1n]) {
        if (exact < min) continue;
        const value = structuredClone(zeros);
        replace(shape, value, path, exact);
        const bytes = codec.toBytes(value);
        expectSame(at(codec.fromBytes(bytes), path), exact);
        const field = bytes.subarray(offset, offset + 8);
        const digits = (littleEndian ? [...field].reverse() : [...field]).map((byte) =>
          byte.toString(16).padStart(2, "0"),
        );
        expect(BigInt(`0x${digits.join("")}`)).toBe(BigInt.asUintN(64, exact));
        tried++;
      }
    }
  }
  expect(tried).toBeGreaterThan(1000);
});

describe("a number that no enumeration has", () => {
  const values = new Map(
    registry.tables.enums.map(({ name, values }) => [
      name,
      new Set(values.flatMap(({ value }) => Object.values(value).flat(2).map(String))),
    ]),
  );

  test("survives decode, encode, getter and setter", () => {
    let tried = 0;
    for (const { codec, shape, layout, littleEndian } of all) {
      const zeros = interpret(shape, new Uint8Array(codec.size), 0, littleEndian);
      for (const field of fieldsOf(shape)) {
        const meaning = meaningOf(layout.members, field.path);
        const enumeration = meaning?.enum ?? meaning?.flags;
        if (enumeration === undefined || field.leaf.kind !== "integer") continue;
        const known = values.get(enumeration);
        if (!known) throw new Error(`no enumeration ${enumeration}`);
        const [min, max] = integerRange(field.leaf);
        const wide = field.leaf.bits === 64;
        for (const number of [max, max - 1n, max / 2n, min].filter((candidate) => !known.has(String(candidate)))) {
          const unknown = wide ? number : Number(number);
          const value = structuredClone(zeros);
          replace(shape, value, field.path, unknown);
          const bytes = codec.toBytes(value);
          expectSame(at(codec.fromBytes(bytes), field.path), unknown);
          expectSame(codec.toBytes(codec.fromBytes(bytes)), bytes);
          tried++;
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
  });
});

/** The meaning of a field that belongs to the struct itself, not to a nested one. */
function meaningOf(members: readonly BoundMember[], path: Field["path"]): FieldMeaning | undefined {
  let level: readonly BoundMember[] | undefined = members;
  let member: BoundMember | undefined;
  for (const step of path) {
    if (typeof step !== "string") continue;
    member = level && named(level, step);
    level = member?.members;
  }
  return member?.meaning;
}

/** The member with a name. Members of anonymous aggregates belong to the parent. */
function named(members: readonly BoundMember[], name: string): BoundMember | undefined {
  for (const member of members) {
    if (member.name === name) return member;
    const inner = member.name === null ? named(member.members ?? [], name) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

function at(value: unknown, path: Field["path"]): unknown {
  return path.reduce<unknown>((part, step) => (part as Record<string | number, unknown>)[step], value);
}
