/** `ckpt abi list` */
import { expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { ListedVersion } from "../../tools/abi/list.js";
import { ckpt, json, text } from "../cli/ckpt.js";

test("JSON has every version and architecture, oldest first", async () => {
  const versions = await json<ListedVersion[]>("abi", "list");
  expect(versions.map(({ version }) => version)).toEqual(registry.versions);
  for (const { version, arches } of versions) expect(arches.map(({ arch }) => arch)).toEqual(registry.arches(version));
});

test("JSON tells date, revision, width, byte order and what is not supported", async () => {
  const versions = await json<ListedVersion[]>("abi", "list");
  const v19rc1 = versions.find(({ version }) => version === "v19-rc1");
  expect(v19rc1).toMatchObject({ date: "2009-11-11", rev: 4, posted: false });
  expect(v19rc1?.arches.map(({ arch, bits, endian }) => [arch, bits, endian])).toEqual([
    ["x86_32", 32, "little"],
    ["x86_64", 64, "little"],
    ["s390x", 64, "big"],
    ["s390", 32, "big"],
    ["powerpc", 32, "big"],
    ["powerpc64", 64, "big"],
  ]);
  const unsupported = versions.flatMap(({ version, arches }) =>
    arches.filter((arch) => arch.unsupported !== null).map(({ arch }) => `${version}/${arch}`),
  );
  expect(unsupported.filter((name) => name.endsWith("/x86_64"))).toEqual(
    ["v17", "v18", "v18-dev-a", "v18-dev-b", "v19-rc1", "v19-rc2-a"].map((version) => `${version}/x86_64`),
  );
  expect(unsupported.filter((name) => !/\/(s390|x86_64)$/.test(name))).toEqual([]);
});

test("a revision that is not known is null and says why", async () => {
  const versions = await json<ListedVersion[]>("abi", "list");
  const unknown = versions.filter(({ rev }) => rev === null);
  expect(unknown.map(({ version }) => version)).toEqual(["v17", "v18"]);
  for (const { rev_note } of unknown) expect(rev_note).toMatch(/not recovered/);
});

test("the text has a line per version and a footnote per reason", async () => {
  const lines = (await text("abi", "list")).split("\n");
  expect(lines[0]).toBe("VERSION       DATE        REV  STRUCTS  ARCHES");
  expect(lines[1]).toMatch(/^v16 {11}2009-05-27 {4}1 {5,}\d+ {2}x86_32$/);
  expect(lines.find((line) => line.startsWith("v22-arm"))).toMatch(
    /^v22-arm {7}2010-06-17 {4}6 +\d+-\d+ {2}x86_32 x86_64 s390x s390\* powerpc powerpc64 arm$/,
  );
  expect(lines.find((line) => line.startsWith("v17"))).toMatch(/ {4}\? .* x86_64\* /);
  expect(lines.filter((line) => line.startsWith("* not supported: "))).toEqual([
    expect.stringMatching(/^\* not supported: x86_64 \(v17\.\.v19-rc2-a\): /),
    expect.stringMatching(/^\* not supported: s390 \(v17\.\.v23-rc2-arm\): /),
  ]);
  expect(lines.every((line) => line.length <= 120)).toBe(true);
});

test("colours on a terminal only, and not when NO_COLOR is set", async () => {
  const colour = "\u001b[";
  const argv = ["abi", "list"];
  const plain = (await ckpt(argv)).out;
  expect(plain).not.toContain(colour);
  expect((await ckpt(argv, { terminal: 120 })).out).toContain(colour);
  expect((await ckpt(argv, { terminal: 120, env: { NO_COLOR: "1" } })).out).toBe(plain);
  expect((await ckpt(argv, { terminal: 120, env: { TERM: "dumb" } })).out).toBe(plain);
  expect((await ckpt(argv, { env: { FORCE_COLOR: "1", CI: "1" } })).out).toBe(plain);
});
