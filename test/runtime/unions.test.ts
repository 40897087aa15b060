/** Unions: one member suffices, several must agree. */
import { describe, expect, test } from "vitest";
import { MissingFieldError, OutOfRangeError, UnionConflictError } from "../../runtime/index.js";
import { checkUnion, type UnionMember } from "../../runtime/unions.js";
import { thrown } from "../codecs/thrown.js";
import { CODEC } from "./context.js";

interface Register {
  word?: unknown;
  half?: unknown;
  float?: unknown;
  pair?: unknown;
}

/** Members of a union: a 32-bit word, its first half, the word as a float, and as two bytes. */
// biome-ignore lint/suspicious/noExplicitAny: members have different types by nature
function members({ word, half, float, pair }: Register): readonly UnionMember<any>[] {
  return [
    {
      name: "word",
      value: word,
      store: (value: number, view: DataView, at: number) => {
        if (typeof value !== "number") throw CODEC.reject("u.word", "u32", value);
        view.setUint32(at, value);
      },
      load: (view: DataView, at: number) => view.getUint32(at),
    },
    {
      name: "pair",
      value: pair,
      store: (value: { a: number; b: number }, view: DataView, at: number) => {
        if (typeof value !== "object" || value === null) throw CODEC.refuse("u.pair", "an object", value);
        if (value.a === undefined) throw CODEC.reject("u.pair.a", "u8", value.a);
        view.setUint8(at, value.a);
        view.setUint8(at + 1, value.b);
      },
      load: (view: DataView, at: number) => ({ a: view.getUint8(at), b: view.getUint8(at + 1) }),
    },
    {
      name: "float",
      value: float,
      store: (value: number, view: DataView, at: number) => view.setFloat32(at, value),
      load: (view: DataView, at: number) => view.getFloat32(at),
    },
    {
      name: "half",
      value: half,
      store: (value: number, view: DataView, at: number) => view.setUint16(at, value),
      load: (view: DataView, at: number) => view.getUint16(at),
    },
  ];
}

/** Bytes of a pattern after a union was written over it. */
function written(register: Register): number[] {
  const bytes = new Uint8Array(6).fill(0xee);
  checkUnion(CODEC, "u", 4, members(register))(new DataView(bytes.buffer), 1);
  return [...bytes];
}

describe("what is written", () => {
  test.each<[string, Register, number[]]>([
    ["one member", { word: 0x01020304 }, [0xee, 1, 2, 3, 4, 0xee]],
    ["a smaller member leaves the rest", { half: 0x0102 }, [0xee, 1, 2, 0xee, 0xee, 0xee]],
    ["a struct", { pair: { a: 5, b: 6 } }, [0xee, 5, 6, 0xee, 0xee, 0xee]],
    ["all in agreement", { word: 0x01020304, half: 0x0102, pair: { a: 1, b: 2 } }, [0xee, 1, 2, 3, 4, 0xee]],
    ["the bits of not-a-number", { word: 0x7f800001, float: Number.NaN }, [0xee, 0x7f, 0x80, 0, 1, 0xee]],
  ])("%s", (_, register, bytes) => {
    expect(written(register)).toEqual(bytes);
  });

  test("nothing before the check is over", () => {
    const bytes = new Uint8Array(4);
    const store = checkUnion(CODEC, "u", 4, members({ word: 1 }));
    expect([...bytes]).toEqual([0, 0, 0, 0]);
    store(new DataView(bytes.buffer), 0);
    expect([...bytes]).toEqual([0, 0, 0, 1]);
  });
});

describe("what is refused", () => {
  test.each<[string, Register, new (...args: never[]) => Error, string]>([
    [
      "no member",
      {},
      MissingFieldError,
      "ckpt_hdr_test.u (v19/x86_32) is missing: it takes one of word, pair, float, half",
    ],
    [
      "two that disagree",
      { word: 0x01020304, half: 0x0103 },
      UnionConflictError,
      "ckpt_hdr_test.u (v19/x86_32): the union members word and half disagree; give only the one that is meant",
    ],
    [
      "a struct that disagrees in one field",
      { word: 0x01020304, pair: { a: 1, b: 3 } },
      UnionConflictError,
      "ckpt_hdr_test.u (v19/x86_32): the union members word and pair disagree; give only the one that is meant",
    ],
    [
      "a bad value of the first",
      { word: "1" },
      OutOfRangeError,
      'ckpt_hdr_test.u.word (v19/x86_32) takes an integer from 0 to 4294967295, not "1"',
    ],
    [
      "a bad value of another, although the first would do",
      { word: 1, pair: { b: 1 } },
      MissingFieldError,
      "ckpt_hdr_test.u.pair.a (v19/x86_32) is missing: it takes an integer from 0 to 255",
    ],
    [
      "an empty object, although the first would do",
      { word: 1, pair: {} },
      MissingFieldError,
      "ckpt_hdr_test.u.pair.a (v19/x86_32) is missing: it takes an integer from 0 to 255",
    ],
    ["null", { pair: null }, OutOfRangeError, "ckpt_hdr_test.u.pair (v19/x86_32) takes an object, not null"],
  ])("%s", (_, register, type, message) => {
    const error = thrown(() => written(register));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message });
  });
});
