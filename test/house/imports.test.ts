/** Checks the imports against the arrows of ARCHITECTURE.md, and the order of the entries of each folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { circlesOf, foldersOf, importsOf, importsWithin, ROOT } from "./imports.js";

const SOURCES = ["runtime", "generated/codecs", "generated/elf", "generated/criu", "generator", "tools", "inspector"];
const imports = importsOf(SOURCES);

/** Folders that each part may import in addition to itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  "generated/codecs": ["runtime"],
  "generated/elf": ["runtime"],
  "generated/criu": [],
  // Only the pure parts: the forms of the tables, and the evaluation of histories.
  generator: ["runtime"],
  tools: ["runtime", "generated/codecs", "generated/elf", "generated/criu"],
  inspector: ["tools", "runtime", "generated/codecs", "generated/elf", "generated/criu"],
};

const partOf = (file: string) => Object.keys(ARROWS).find((part) => file.startsWith(`${part}/`));

test.each(Object.entries(ARROWS))("%s imports %j", (part, allowed) => {
  const others = new Set<string>();
  for (const [file, imported] of imports)
    if (partOf(file) === part)
      for (const path of imported)
        if (![part, ...allowed].includes(partOf(path) ?? "")) others.add(`${file} -> ${path}`);
  expect([...others]).toEqual([]);
});

test.each(foldersOf(imports).filter((folder) => !folder.startsWith("generated")))(
  "what is in %s has an order",
  (folder) => {
    expect(circlesOf(importsWithin(imports, folder))).toEqual([]);
  },
);

test("an index.ts directly below tools/ is an export of the package, and nothing in tools/ imports it", () => {
  const through: string[] = [];
  for (const [file, imported] of imports)
    if (file.startsWith("tools/"))
      for (const path of imported) if (/^tools\/\w+\/index\.ts$/.test(path)) through.push(`${file} -> ${path}`);
  // The export ckpt-abi/image has `open` in addition.
  expect(through).toEqual(["tools/open/browser.ts -> tools/image/index.ts"]);
});

const NEEDS_NODE = /^tools\/(?:(?:cli|files)\/|open\/(?:index|file-checkpoint|file-path)\.ts$)/;

test("only the command and the adapter for files need Node", () => {
  const needing: string[] = [];
  for (const file of imports.keys()) {
    if (!/^(?:tools|runtime|generated)\//.test(file) || NEEDS_NODE.test(file)) continue;
    const source = readFileSync(join(ROOT, file), "utf8");
    if (/from "node:|import\("node:/.test(source)) needing.push(`${file}: a module of Node`);
    // A type or a property of that name is no use of the global.
    if (/(?<![\w.])Buffer\.(?:from|alloc\w*|concat|compare|byteLength)\(/.test(source)) needing.push(`${file}: Buffer`);
  }
  expect(needing).toEqual([]);
});

test("a circle is found, and told once", () => {
  const entries = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c", "d"])],
    ["c", new Set(["a"])],
    ["d", new Set<string>()],
  ]);
  expect(circlesOf(entries)).toEqual(["a -> b -> c -> a"]);
});
