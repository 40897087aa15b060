/** Exact messages of the errors. */
import { describe, expect, test } from "vitest";
import {
  AbiError,
  LossyTextError,
  MissingFieldError,
  NotImplementedError,
  OutOfRangeError,
  ShortBufferError,
  UnionConflictError,
  UnknownNameError,
} from "../../generated/codecs/index.js";
import { ckptHdrSocketUnix } from "../../generated/codecs/v19/x86_32.js";
import { ckptHdrHpage, ckptHdrVma } from "../../generated/codecs/v23-rc2/x86_64.js";
import { thrown } from "../codecs/thrown.js";
import { CODEC } from "./context.js";

test.each<[string, AbiError, string, string]>([
  [
    "ShortBufferError",
    new ShortBufferError(CODEC, 8, 16, 3),
    "short-buffer",
    "ckpt_hdr_test (v19/x86_32) takes 16 bytes at offset 8, but the buffer has 3",
  ],
  [
    "OutOfRangeError",
    new OutOfRangeError(CODEC, "h.len", -1, "an integer from 0 to 65535"),
    "out-of-range",
    "ckpt_hdr_test.h.len (v19/x86_32) takes an integer from 0 to 65535, not -1",
  ],
  [
    "MissingFieldError",
    new MissingFieldError(CODEC, "h", "an object"),
    "missing-field",
    "ckpt_hdr_test.h (v19/x86_32) is missing: it takes an object",
  ],
  [
    "LossyTextError",
    new LossyTextError(CODEC, "comm", "a b", "text of at most 2 bytes", "it takes 3 bytes"),
    "lossy-text",
    'ckpt_hdr_test.comm (v19/x86_32) takes text of at most 2 bytes, not "a b": it takes 3 bytes',
  ],
  [
    "UnionConflictError",
    new UnionConflictError(CODEC, "fprs[3]", "ui", "d"),
    "union-conflict",
    "ckpt_hdr_test.fprs[3] (v19/x86_32): the union members ui and d disagree; give only the one that is meant",
  ],
  [
    "NotImplementedError",
    new NotImplementedError("ckpt_hdr_thread", "v19", "powerpc", "it has none"),
    "not-implemented",
    "ckpt_hdr_thread is not implemented on powerpc in v19: it has none",
  ],
  ["UnknownNameError", new UnknownNameError("struct", 'a"b', ["ab"]), "unknown-name", 'unknown struct "a\\"b"'],
  [
    "UnknownNameError",
    new UnknownNameError("arch", "arm", [], "v19 does not have it"),
    "unknown-name",
    'unknown arch "arm": v19 does not have it',
  ],
])("%s", (name, error, code, message) => {
  expect(error).toBeInstanceOf(AbiError);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, code, message });
  expect(String(error)).toBe(`${name}: ${message}`);
});

describe("values in messages", () => {
  test.each<[unknown, string]>([
    [3.5, "3.5"],
    [Number.NaN, "NaN"],
    [-1n, "-1n"],
    [true, "true"],
    [null, "null"],
    ["\u0000é", '"\\u0000é"'],
    ["x".repeat(81), `"${"x".repeat(80)}…"`],
    ["x".repeat(80), `"${"x".repeat(80)}"`],
    [new Uint8Array(3), "3 bytes"],
    [[1, 2], "an array of 2"],
    [{ a: 1 }, "an object"],
    [Symbol("s"), "a symbol"],
    [() => 0, "a function"],
  ])("%o", (value, words) => {
    expect(new OutOfRangeError(CODEC, "f", value, "what fits").message).toBe(
      `ckpt_hdr_test.f (v19/x86_32) takes what fits, not ${words}`,
    );
  });

  test("a text of any length makes a short message", () => {
    expect(new OutOfRangeError(CODEC, "f", "x".repeat(1e6), "what fits").message.length).toBeLessThan(200);
  });
});

describe("codecs throw them", () => {
  const vma = ckptHdrVma.fromBytes(new Uint8Array(ckptHdrVma.size));

  test.each<[string, () => unknown, string]>([
    [
      "a short buffer",
      () => ckptHdrVma.decode(new DataView(new ArrayBuffer(80)), 1),
      "ckpt_hdr_vma (v23-rc2/x86_64) takes 80 bytes at offset 1, but the buffer has 79",
    ],
    [
      "an offset behind the end",
      () => ckptHdrVma.decode(new DataView(new ArrayBuffer(80)), 100),
      "ckpt_hdr_vma (v23-rc2/x86_64) takes 80 bytes at offset 100, but the buffer has 0",
    ],
    [
      "a number out of range",
      () => ckptHdrVma.toBytes({ ...vma, hugetlb_shift: 65536 }),
      "ckpt_hdr_vma.hugetlb_shift (v23-rc2/x86_64) takes an integer from 0 to 65535, not 65536",
    ],
    [
      "a number where a bigint belongs",
      () => ckptHdrVma.toBytes({ ...vma, vm_start: 4096 as unknown as bigint }),
      "ckpt_hdr_vma.vm_start (v23-rc2/x86_64) takes a bigint from 0n to 18446744073709551615n, not 4096",
    ],
    [
      "a field of a nested struct",
      () => ckptHdrVma.toBytes({ ...vma, h: { type: 402, len: -1 } }),
      "ckpt_hdr_vma.h.len (v23-rc2/x86_64) takes an integer from 0 to 4294967295, not -1",
    ],
    [
      "a missing field",
      () => ckptHdrVma.toBytes({ ...vma, vm_end: undefined as unknown as bigint }),
      "ckpt_hdr_vma.vm_end (v23-rc2/x86_64) is missing: it takes a bigint from 0n to 18446744073709551615n",
    ],
    [
      "a setter",
      () => {
        ckptHdrVma.view(new DataView(new ArrayBuffer(80))).h.len = 2 ** 32;
      },
      "ckpt_hdr_vma.h.len (v23-rc2/x86_64) takes an integer from 0 to 4294967295, not 4294967296",
    ],
    [
      "a text",
      () => {
        ckptHdrSocketUnix.view(new DataView(new ArrayBuffer(256))).laddr.sun_path = "/".repeat(109);
      },
      `ckpt_hdr_socket_unix.laddr.sun_path (v19/x86_32) takes text of at most 108 bytes, not "${"/".repeat(80)}…": it takes 109 bytes`,
    ],
    [
      "a contradiction",
      () => ckptHdrHpage.toBytes({ h: { type: 1, len: 2 }, vaddr: 1n, index: 2n, shift: 21 }),
      "ckpt_hdr_hpage.vaddr|index (v23-rc2/x86_64): the union members vaddr and index disagree; give only the one that is meant",
    ],
  ])("%s", (_, use, message) => {
    expect((thrown(use) as Error).message).toBe(message);
  });
});
