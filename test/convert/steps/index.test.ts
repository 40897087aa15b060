import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { registry } from "../../../generated/codecs/index.js";
import { STEPS } from "../../../tools/convert/steps/index.js";

const HERE = new URL("./", import.meta.url);
const SOURCES = new URL("../../../tools/convert/steps/", import.meta.url);

it("every file of steps has a file of tests", () => {
  const tests = readdirSync(HERE);
  const missing = readdirSync(SOURCES).filter((file) => !tests.includes(file.replace(".ts", ".test.ts")));
  expect(missing).toEqual([]);
});

it("every step has tests under its name, in the file of tests for the file that it is in", () => {
  const text = (folder: URL, file: string) => readFileSync(new URL(file, folder), "utf8");
  const files = readdirSync(SOURCES).filter((file) => file !== "index.ts");
  for (const { id } of STEPS) {
    const [file = "", ...others] = files.filter((name) => text(SOURCES, name).includes(`id: "${id}"`));
    expect(others, id).toEqual([]);
    expect(text(HERE, file.replace(".ts", ".test.ts")), `${file}: ${id}`).toMatch(
      new RegExp(`^describe.*\\("${id}[ "]`, "m"),
    );
  }
});

it("steps have names of their own and stand in the order of their versions", () => {
  expect(new Set(STEPS.map(({ id }) => id)).size).toBe(STEPS.length);
  const places = STEPS.map(({ since }) => registry.versions.indexOf(since));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});
