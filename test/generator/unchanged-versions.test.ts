/** A version that the schema does not mention is as the version before. Its layouts and formats are not computed again, and come out as if they were. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate } from "../../generator/generate.js";
import type { SchemaText } from "../../generator/load/index.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const JSON_SCHEMA = JSON.parse(readFileSync(new URL("../../schema/schema.json", import.meta.url), "utf8")) as object;

/** The small schema with a third version, after edits. */
function generated(...edits: readonly (readonly [from: string, to: string])[]): ReadonlyMap<string, string> {
  const all: typeof edits = [
    ["arches:\n", "  v3: { date: 2011-01-01, evidence: Made up for tests., summary: The third one. }\narches:\n"],
    ["versions: [v1, v2]", "versions: [v1, v3]"],
    ["versions: [v1, v2]", "versions: [v1, v3]"],
    ...edits,
  ];
  const texts = all.reduce<readonly SchemaText[]>((list, [from, to]) => {
    const edited = list.map(({ file, text }) => ({ file, text: text.replace(from, to) }));
    // Each edit changes something.
    expect(edited).not.toEqual(list);
    // Only the first file that contains the text.
    const first = edited.findIndex(({ text }, index) => text !== list[index]?.text);
    return list.map((one, index) => (index === first ? (edited[index] as SchemaText) : one));
  }, SMALL_SCHEMA);
  const { files, problems } = generate(texts, JSON_SCHEMA);
  expect(problems).toEqual([]);
  return files;
}

const FORMATS = [
  "generated/kaitai/ckpt_VERSION.ksy",
  "generated/imhex/ckpt_VERSION.hexpat",
  "generated/json-schema/ckpt-text-VERSION.schema.json",
];

const unchanged = generated();

it.each(FORMATS)("%s of an unchanged version differs in the version only", (path) => {
  const [before = "", after = ""] = ["v2", "v3"].map((version) => unchanged.get(path.replace("VERSION", version)));
  expect(after).not.toBe(before);
  expect(after).toBe(before.replace(/(?<!Since )v2/g, "v3").replaceAll("The second one.", "The third one."));
});

it("is as if it were mentioned", () => {
  // A value with the same number in the new version changes nothing, but the version is mentioned.
  const mentioned = generated(["THING: { number: 2,", "THING: { number: { v1: 2, v3: 2 },"]);
  for (const path of FORMATS)
    expect(mentioned.get(path.replace("VERSION", "v3"))).toBe(unchanged.get(path.replace("VERSION", "v3")));
  const headers = [...unchanged].filter(([path]) => path.startsWith("generated/c/"));
  expect(headers.length).toBeGreaterThan(3);
  for (const [path, text] of headers) expect(mentioned.get(path)).toBe(text);
});

it("is computed as soon as the schema mentions it, however deep", () => {
  const changed = generated(["start: { type: u64,", "start: { type: { v1: u64, v3: s64 },"]);
  const kaitai = (files: ReadonlyMap<string, string>, version: string) =>
    files.get(`generated/kaitai/ckpt_${version}.ksy`);
  expect(kaitai(changed, "v2")).toBe(kaitai(unchanged, "v2"));
  expect(kaitai(changed, "v3")).not.toBe(kaitai(unchanged, "v3"));
  expect(changed.get("generated/c/v2.h")).toBe(unchanged.get("generated/c/v2.h"));
  expect(changed.get("generated/c/v3.h")).toMatch(/s64 start;/);
});
