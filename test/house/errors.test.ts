/** Errors of the library, the generator and the scripts have one base class, with a code that identifies them and an exit class for commands. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { CommandError } from "../../generator/command-error.js";
import { BrokenHeader, isRefusal } from "../../generator/header/broken.js";
import { CannotImport } from "../../generator/header/import/cannot-import.js";
import { CkptError } from "../../runtime/errors.js";
import { endOf } from "../../scripts/command.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test.each(["runtime", "generator", "scripts", "tools"])("errors of %s extend CkptError", (folder) => {
  const others = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .flatMap((name) => readFileSync(join(ROOT, folder, name), "utf8").match(/class \w+ extends Error\b/g) ?? []);
  expect(others).toEqual(folder === "runtime" ? ["class CkptError extends Error"] : []);
});

const PLACE = { file: "a.h", line: 3, column: 5, source: "" };

test.each<[CkptError, object]>([
  [new CommandError("no-git", "why"), { code: "no-git", exit: "output", place: {}, message: "why" }],
  [
    new BrokenHeader(PLACE, "not-c", "why", "what to do"),
    {
      ...{ code: "not-c", exit: "input", place: { file: "a.h", line: 3, column: 5 } },
      message: "a.h:3:5: why: what to do [not-c]",
    },
  ],
  [new CannotImport(PLACE, "why", "what to do"), { code: "by-hand", exit: "findings" }],
])("%s has code, exit class and place", (error, facts) => {
  expect(error).toBeInstanceOf(CkptError);
  expect(error).toMatchObject(facts);
});

test("only the code `refused` says that headers are not meant for an architecture", () => {
  expect(isRefusal(new BrokenHeader(PLACE, "refused", "why"))).toBe(true);
  expect(isRefusal(new BrokenHeader(PLACE, "not-c", "why"))).toBe(false);
  expect(isRefusal(new Error("refused"))).toBe(false);
});

test("a command ends with the line and the exit code of its error, and a fault of the command is thrown", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  const failing = (error: Error) => endOf("test", () => Promise.reject(error));
  expect(await failing(new CommandError("locked", "why"))).toBe(1);
  expect(await failing(new CommandError("wrong-usage", "why"))).toBe(2);
  expect(await failing(new BrokenHeader(PLACE, "not-c", "why"))).toBe(3);
  expect(await failing(new CommandError("no-compiler", "why"))).toBe(4);
  await expect(failing(new TypeError("why"))).rejects.toThrow(new TypeError("why"));
  const lines = ["test: why\n", "test: why\n", "a.h:3:5: why [not-c]\n", "test: why\n"];
  expect(written.mock.calls.map(([line]) => line)).toEqual(lines);
});
