/** The imports between source files, including those of types. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Root of the project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Files by path from the root, each with the project's files that it imports in any way. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * The imports of all TypeScript files.
 *
 * @param folders from the root; all TypeScript below them is read
 */
export function importsOf(folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.split(sep).join("/")}`),
  );
  return new Map(files.map((file) => [file, importedBy(file)]));
}

const exists = (path: string) => existsSync(join(ROOT, path));

function importedBy(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), "utf8"));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => posix.join(posix.dirname(file), fileName))
    .map((path) => ["", ".ts", ".tsx"].map((end) => path.replace(/\.js$/, end || ".js")).find(exists) ?? path);
}

/**
 * The imports between the entries of one folder: a file on its own, a folder including everything below it.
 *
 * @returns by entry, the entries that it imports
 */
export function importsWithin(imports: Imports, folder: string): Map<string, Set<string>> {
  const entryOf = (file: string) =>
    file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split("/", 1)[0] : undefined;
  const entries = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    const from = entryOf(file);
    if (from === undefined) continue;
    const known = entries.get(from) ?? new Set<string>();
    entries.set(from, known);
    for (const path of imported) {
      const to = entryOf(path);
      if (to !== undefined && to !== from) known.add(to);
    }
  }
  return entries;
}

/** Every folder that contains a file, and its parents. */
export function foldersOf(imports: Imports): string[] {
  const folders = new Set<string>();
  for (const file of imports.keys())
    for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) folders.add(folder);
  return [...folders].sort();
}

/** Cycles between entries, each as the shortest path. Empty when the imports have an order. */
export function circlesOf(entries: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const circles = new Set<string>();
  for (const start of entries.keys()) {
    const way = wayBack(entries, start);
    if (way) circles.add(inOneForm(way));
  }
  return [...circles];
}

function wayBack(entries: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (const way of ways)
    for (const next of entries.get(way.at(-1) as string) ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  return undefined;
}

/** A normal form of a cycle, independent of where it begins. */
function inOneForm(way: readonly string[]): string {
  const first = way.indexOf([...way].sort()[0] as string);
  const turned = [...way.slice(first), ...way.slice(0, first)];
  return [...turned, turned[0]].join(" -> ");
}
