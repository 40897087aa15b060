import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "../../tools/cli/output/shell-word.js";
import { available } from "../requirement.js";

const TEXTS = [
  "core.226",
  "a core",
  "it's",
  "a\nb",
  "a\tb'\\n",
  "\u001b[31m1",
  "\u202e7",
  "ü $HOME `id` !x",
  "\u{e0001}f",
  "a\u2028b",
  "\n",
];

// Control characters need a notation that sh does not have.
it.skipIf(!available("bash")).each(TEXTS)("a shell reads %j as it was", (text) => {
  const word = shellWord(text);
  expect(word).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const { stdout } = spawnSync("bash", ["-c", `printf '%s.' ${word}`], { encoding: "utf8" });
  expect(stdout).toBe(`${text}.`);
});

it("has the shortest form that does", () => {
  expect(["core.226", "a core", "it's", "a\nb", "a\u001b1"].map(shellWord)).toEqual([
    "core.226",
    "'a core'",
    "'it'\\''s'",
    "$'a\\nb'",
    "$'a\\0331'",
  ]);
});
