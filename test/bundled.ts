/**
 * Programs that tests start as processes of their own, bundled once per run: from a bundle a program starts several times as fast as from its
 * TypeScript sources. Each source file still has its own address, so what it finds beside itself it finds.
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
 * The path of a program, for `node PATH`.
 *
 * @param entry source of the program, from the root of the project
 */
export async function bundled(entry: string): Promise<string> {
  const program = join(inject("runFolder"), `${entry.replace(/\W/g, "-")}.mjs`);
  if (existsSync(program)) return program;
  // Test files run in several processes. If two make it at a time, one replaces the same by the same.
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

/** Packages are loaded from where they are: some find their own files by their address. */
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
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    })),
};
