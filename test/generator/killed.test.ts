/** When the generator is killed at any call of the file system, the output is the old or the new one, and the next run updates it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { write } from "../../generator/write/index.js";
import { dies } from "../mortal.js";

vi.mock("node:fs", async (original) => (await import("../mortal.js")).mortal(await original()));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ckpt-killed-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const OLD = new Map([
  ["generated/a.ts", "first\n"],
  ["generated/deep/b.ts", "second\n"],
  ["generated/gone.ts", "third\n"],
]);
const NEW = new Map([
  ["generated/a.ts", "first\n"],
  ["generated/deep/b.ts", "changed\n"],
  ["generated/new/c.ts", "new\n"],
]);

function tree(directory = "generated"): Map<string, string> {
  const base = join(root, directory);
  const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [`generated${path.slice(base.length)}`, readFileSync(path, "utf8")]));
}

test("at every moment", async () => {
  let moments = 0;
  for (let at = 1; ; at++) {
    write(root, OLD);
    if (!(await dies(at, () => write(root, NEW)))) break;
    moments++;
    // Between two renames the old tree is next to its place, where the next run finds it.
    const left = tree(existsSync(join(root, "generated")) ? "generated" : ".generated-old");
    expect([OLD, NEW], `moment ${at}`).toContainEqual(left);
    write(root, NEW);
    expect(tree(), `moment ${at}`).toEqual(NEW);
    expect(readdirSync(root), `moment ${at}`).toEqual(["generated"]);
  }
  expect(moments).toBeGreaterThan(15);
});

test("at every moment of the run that mends what a killed one left", async () => {
  let moments = 0;
  for (let first = 1; ; first++) {
    write(root, OLD);
    if (!(await dies(first, () => write(root, NEW)))) break;
    for (let second = 1; await dies(second, () => write(root, NEW)); second++) moments++;
    expect(tree(), `moment ${first}`).toEqual(NEW);
    expect(readdirSync(root), `moment ${first}`).toEqual(["generated"]);
  }
  expect(moments).toBeGreaterThan(50);
});

test("a file that changes between the comparison and the link does not get into the new tree", async () => {
  write(root, OLD);
  const fs = await vi.importActual<typeof import("node:fs")>("node:fs");
  const { life } = await import("../mortal.js");
  // At the first change after the comparison, another process writes into a file that is the same in both trees.
  let changes = 0;
  const watch = Object.getOwnPropertyDescriptor(life, "left") as PropertyDescriptor;
  Object.defineProperty(life, "left", {
    configurable: true,
    get: () => {
      if (++changes === 8) fs.writeFileSync(join(root, "generated/a.ts"), "of another run\n");
      return Number.POSITIVE_INFINITY;
    },
    set: () => {},
  });
  try {
    write(root, NEW);
  } finally {
    Object.defineProperty(life, "left", watch);
  }
  expect(changes).toBeGreaterThan(8);
  expect(tree()).toEqual(NEW);
});

test("a tree that was edited meanwhile is mended by the next run", () => {
  write(root, OLD);
  writeFileSync(join(root, "generated/a.ts"), "edited\n");
  expect(write(root, OLD)).toEqual({ changed: ["generated/a.ts"], superfluous: [] });
});
