/**
 * Bundles programs that tests start as separate processes, once per run: a bundle starts several times as fast as TypeScript sources. Each source
 * file keeps its own URL, so that it finds files next to it.
 */
import { existsSync, renameSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { inject } from "vitest";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles a program, and returns the path for `node PATH`.
 *
 * @param entry source of the program, from the root of the project
 */
export async function bundled(entry: string): Promise<string> {
  const program = join(inject("runFolder"), `${entry.replace(/\W/g, "-")}.mjs`);
  if (existsSync(program)) return program;
  // Test files run in several processes. If two make the bundle at once, one replaces it by an equal one.
  const next = `${program}.${process.pid}`;
  await build({
    absWorkingDir: PROJECT,
    entryPoints: [entry],
    outfile: next,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    plugins: [packagesInPlace, ownAddresses],
  });
  renameSync(next, program);
  return program;
}

/** Packages are loaded from their folders, because some find their own files by URL. */
const packagesInPlace: Plugin = {
  name: "packages-in-place",
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === "entry-point" || isBuiltin(path) || pluginData === resolve) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: resolve });
      return { path: pathToFileURL(found.path).href, external: true };
    }),
};

const ownAddresses: Plugin = {
  name: "own-addresses",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith(".ts") ? "ts" : "js",
    })),
};
