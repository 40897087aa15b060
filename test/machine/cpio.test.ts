/** Archives: what is packed can be unpacked, here and by another program. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { available } from "../requirement.js";
import { pack, unpack } from "./cpio.js";

const FILES = { "/a/b/odd": "12345", "/a/empty": "", "/a/link": { link: "b/odd" }, bytes: Uint8Array.of(0, 255, 10) };

test("regular files come out as they went in", () => {
  const files = unpack(pack(FILES));
  expect([...files].map(([name, bytes]) => [name, [...bytes]])).toEqual([
    ["a/b/odd", [...Buffer.from("12345")]],
    ["a/empty", []],
    ["bytes", [0, 255, 10]],
  ]);
});

test("bytes that are no archive are refused", () => {
  expect(() => unpack(Buffer.from("no archive"))).toThrow("cpio archive of 10 bytes: no header at 0");
});

test.skipIf(!available("cpio"))("cpio lists the same", () => {
  const said = execFileSync("cpio", ["-t"], { input: pack(FILES), encoding: "utf8", stdio: "pipe" });
  expect(said.trim().split("\n")).toEqual(["a", "a/b", "a/b/odd", "a/empty", "a/link", "bytes"]);
});
