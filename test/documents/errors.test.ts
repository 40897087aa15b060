/** The table of error codes matches the documentation and the classes. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import * as runtime from "../../runtime/errors.js";
import { errorPage } from "../../scripts/error-page.js";
import { BrokenImageError } from "../../tools/edit/check.js";
import {
  ERROR_CODES,
  EXIT,
  ImageError,
  InputError,
  OutputError,
  RefusalError,
  UsageError,
} from "../../tools/errors/index.js";
import { RULES } from "../../tools/verify/inspections.js";

const factsOf = (code: string) => ERROR_CODES.find((facts) => facts.code === code);

it("docs/errors.md shows the table", () => {
  expect(readFileSync("docs/errors.md", "utf8")).toBe(errorPage());
});

it("each code stands once, with sentences about it", () => {
  const codes = ERROR_CODES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, meaning, remedy } of ERROR_CODES) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [meaning, remedy]) expect(text).toMatch(/^[A-Z`].*\.$/);
  }
});

const SUBJECT = { struct: "ckpt_hdr_test", abi: "v19/x86_32" };

test.each<[string, runtime.CkptError, runtime.ErrorPlace, string]>([
  [
    "AbiError",
    new runtime.ShortBufferError(SUBJECT, 8, 16, 3),
    { offset: 8 },
    "ckpt_hdr_test (v19/x86_32) takes 16 bytes at offset 8, but the buffer has 3",
  ],
  [
    "AbiError",
    new runtime.NotBytesError(SUBJECT, 1),
    {},
    "ckpt_hdr_test (v19/x86_32) takes a DataView or a Uint8Array, not a number",
  ],
  [
    "AbiError",
    new runtime.OutOfRangeError(SUBJECT, "h.len", -1, "a u16"),
    { path: "h.len" },
    "ckpt_hdr_test.h.len (v19/x86_32) takes a u16, not -1",
  ],
  [
    "AbiError",
    new runtime.MissingFieldError(SUBJECT, "h", "an object"),
    { path: "h" },
    "ckpt_hdr_test.h (v19/x86_32) is missing: it takes an object",
  ],
  [
    "AbiError",
    new runtime.LossyTextError(SUBJECT, "comm", "a", "text", "why"),
    { path: "comm" },
    'ckpt_hdr_test.comm (v19/x86_32) takes text, not "a": why',
  ],
  [
    "AbiError",
    new runtime.UnionConflictError(SUBJECT, "f", "a", "b"),
    { path: "f" },
    "ckpt_hdr_test.f (v19/x86_32): the union members a and b disagree; give only the one that is meant",
  ],
  [
    "AbiError",
    new runtime.NotImplementedError("s", "v19", "arm", "why"),
    {},
    "s is not implemented on arm in v19: why",
  ],
  ["AbiError", new runtime.UnknownNameError("struct", "x", []), {}, 'unknown struct "x"'],
  [
    "ImageError",
    new ImageError("short-raw", { offset: 7, record: "VMA", rule: "mm", expected: "4 bytes", found: "1" }),
    { offset: 7, record: "VMA" },
    "VMA at offset 7 (in mm): expected 4 bytes, found 1",
  ],
  ["UsageError", new UsageError("wrong-usage", "why"), {}, "why"],
  ["UsageError", new UsageError("bad-edit", "why", { path: "a.b" }), { path: "a.b" }, "a.b: why"],
  [
    "UsageError",
    new UsageError("bad-path", "why", { path: "", column: 1 }),
    { path: "", column: 1 },
    '"": column 1: why',
  ],
  ["RefusalError", new RefusalError("too-large", "why"), {}, "why"],
  ["RefusalError", new BrokenImageError(["one", "two"]), {}, "the image would be broken: one (and 1 more)"],
  ["InputError", new InputError("damaged-image", "why"), {}, "why"],
  ["InputError", new InputError("damaged-image", "why").in("a"), { file: "a" }, "cannot read a: why"],
  [
    "InputError",
    new InputError("unreadable-file", "why", { file: "-" }),
    { file: "-" },
    "cannot read the standard input: why",
  ],
  [
    "InputError",
    new InputError("bad-text", "why", { line: 3, path: ".abi", record: "VMA" }).in("a"),
    { file: "a", line: 3, path: ".abi", record: "VMA" },
    "cannot read a: line 3 .abi (VMA): why",
  ],
  ["OutputError", new OutputError("a", "why", "ENOSPC"), { file: "a" }, "cannot write a: why"],
])("%s: %s", (thrownAs, error, place, message) => {
  expect(error).toBeInstanceOf(runtime.CkptError);
  expect(error).toMatchObject({ message, place });
  expect(factsOf(error.code)).toMatchObject({ thrownAs, exit: error.exit });
  expect(EXIT).toHaveProperty(error.exit);
});

describe("damage", () => {
  it("is found by rules of the same names, which say what holds in a sound image", () => {
    for (const { code, thrownAs, meaning } of ERROR_CODES)
      if (thrownAs === "ImageError")
        expect(RULES.find(({ id }) => id === code)).toMatchObject({ holds: meaning, consequence: "unreadable" });
  });
});
