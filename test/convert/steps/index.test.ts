import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { registry } from "../../../generated/codecs/index.js";
import { STEPS } from "../../../tools/convert/steps/index.js";

const TESTS = fileURLToPath(new URL("./", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../../tools/convert/steps/", import.meta.url));

/** Files with steps, each in the folder of its version, such as `v17/credentials.ts`. */
const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => /[/\\].*\.ts$/.test(file));
const testsOf = (file: string) => join(TESTS, file.replace(/\.ts$/, ".test.ts"));

it("every file of steps has a file of tests", () => {
  expect(files.length).toBeGreaterThan(25);
  expect(files.filter((file) => !existsSync(testsOf(file)))).toEqual([]);
});

it("every step has tests under its name, in the file of tests for the file that it is in", () => {
  for (const { id } of STEPS) {
    const [file = "", ...others] = files.filter((name) =>
      readFileSync(join(SOURCES, name), "utf8").includes(`id: "${id}"`),
    );
    expect(others, id).toEqual([]);
    expect(readFileSync(testsOf(file), "utf8"), `${file}: ${id}`).toMatch(new RegExp(`^describe.*\\("${id}[ "]`, "m"));
  }
});

it("steps have names of their own and stand in the order of their versions", () => {
  expect(new Set(STEPS.map(({ id }) => id)).size).toBe(STEPS.length);
  const places = STEPS.map(({ since }) => registry.versions.indexOf(since));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});
