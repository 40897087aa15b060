/**
 * `npm run bench -- start`: processes that import one version of the packaged codecs, or all of them, compared with one that imports an empty module;
 * and the size of bundles for a browser.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { packCommand } from "./image/package.js";
import { median } from "./median.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 21;

const IMPORTS = {
  empty: "export {};",
  version: 'import "./package/dist/generated/codecs/v23-rc2/x86_64.js";',
  index: 'import "./package/dist/generated/codecs/index.js";',
};

const BUNDLES = {
  struct: 'export { ckptHdrVma } from "./package/dist/generated/codecs/v23-rc2/x86_64.js";',
  abi: `import { abi } from "./package/dist/generated/codecs/index.js";
console.log(abi("v21", "x86_64").struct("ckpt_hdr_vma").size);`,
};

/** Largest bundle of a program that looks one struct up, in bytes. */
const MOST_BYTES = 250_000;

export async function run(print: (line: string) => void): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    if (dirname(dirname(ckpt)) !== join(directory, "package"))
      throw new Error(`the package is not where it is expected`);
    const command = (name: keyof typeof IMPORTS) => {
      const path = join(directory, `${name}.mjs`);
      writeFileSync(path, IMPORTS[name]);
      return [process.execPath, path];
    };
    const times = inTurns({ empty: command("empty"), version: command("version"), index: command("index") }, ROUNDS);
    const sizes = { struct: await bundled(BUNDLES.struct, directory), abi: await bundled(BUNDLES.abi, directory) };

    const row = (title: string, list: readonly number[]) =>
      print(
        `${title.padEnd(36)} ${(median(list) * 1000).toFixed(0).padStart(5)} ms  ${ratio(list, times.empty).toFixed(2)} of an empty module`,
      );
    row("an empty module", times.empty);
    row('import "ckpt-abi/v23-rc2/x86_64"', times.version);
    row('import "ckpt-abi"', times.index);
    print(`a bundle with one codec: ${kilobytes(sizes.struct)}; with abi() and one struct: ${kilobytes(sizes.abi)}\n`);
    return {
      bounds: [
        { name: "one version / an empty module", ratio: ratio(times.version, times.empty), limit: 1.8 },
        { name: "all versions / an empty module", ratio: ratio(times.index, times.empty), limit: 2 },
        { name: "a bundle with abi() and one struct / 250 kB", ratio: sizes.abi / MOST_BYTES, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, bytes: sizes },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Size of a minified bundle in bytes. */
async function bundled(program: string, directory: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: directory },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
