/** Every export but `ckpt-abi/files` can be bundled for a browser: nothing in it imports a module of Node. */
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../documents/documents.js";

type Target = string | { readonly browser?: string; readonly default: string };

/** The source of the file that a browser gets for an export. */
function sourceOf(target: Target): string {
  const file = typeof target === "string" ? target : (target.browser ?? target.default);
  return join(ROOT, file.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts"));
}

const EXPORTS = Object.entries(manifest.exports as Record<string, Target>);
/** The modules, without those of single versions and what is not code. */
const MODULES = EXPORTS.filter(([name]) => !/[*]|\.json$/.test(name));
const VERSIONS = EXPORTS.filter(([name]) => name === "./v*").flatMap(([, target]) =>
  registry.versions.flatMap((version) =>
    registry.arches(version).map((arch) => sourceOf(target).replace("v*", `${version}/${arch}`)),
  ),
);

/** Modules of Node that a bundle would need. */
async function nodeModulesOf(...entryPoints: string[]): Promise<string[]> {
  const needed = new Set<string>();
  await build({
    entryPoints,
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    splitting: true,
    outdir: "unused",
    logLevel: "silent",
    plugins: [
      {
        name: "modules of Node",
        setup({ onResolve }) {
          onResolve({ filter: /^node:/ }, ({ path, importer }) => {
            needed.add(`${importer.slice(ROOT.length)}: ${path}`);
            return { path, external: true };
          });
        },
      },
    ],
  });
  return [...needed];
}

it.each(MODULES.filter(([name]) => name !== "./files"))("%s needs no module of Node", async (_, target) => {
  expect(await nodeModulesOf(sourceOf(target))).toEqual([]);
});

it("no version needs a module of Node", async () => {
  expect(VERSIONS.length).toBeGreaterThan(80);
  expect(await nodeModulesOf(...VERSIONS)).toEqual([]);
});

it("./files needs Node, which shows that such an import is found", async () => {
  expect(await nodeModulesOf(join(ROOT, "tools/files/index.ts"))).toContain(
    "tools/files/temporary-name.ts: node:crypto",
  );
});
