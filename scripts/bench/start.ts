/**
 * `npm run bench -- start`: processes that import one version of the packaged codecs, or all of them, compared with one that imports an empty module;
 * commands that do little, compared with `ckpt info` of a small image; and the size of bundles for a browser.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { packCommand } from "./image/package.js";
import { median } from "./median.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 21;

const IMPORTS = {
  empty: "export {};",
  version: 'import "ckpt-abi/v23-rc2/x86_64";',
  index: 'import "ckpt-abi";',
};

const BUNDLES = {
  struct: 'export { ckptHdrVma } from "ckpt-abi/v23-rc2/x86_64";',
  abi: `import { abi } from "ckpt-abi";
console.log(abi("v21", "x86_64").struct("ckpt_hdr_vma").size);`,
};

/** Largest bundle of a program that looks one struct up, in bytes. */
const MAX_BUNDLE_BYTES = 250_000;

/** A small image of a real kernel. */
const IMAGE = fileURLToPath(new URL("../../test/fixtures/images/v20h-self-min.img", import.meta.url));

export async function run(print: (line: string) => void): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const app = join(directory, "app");
    mkdirSync(join(app, "node_modules"), { recursive: true });
    symlinkSync(dirname(dirname(ckpt)), join(app, "node_modules", "ckpt-abi"));
    // Without it, the nearest package.json above could have the name of the package.
    writeFileSync(join(app, "package.json"), "{}");
    const node = process.execPath;
    const module = (name: keyof typeof IMPORTS) => {
      const path = join(app, `${name}.mjs`);
      writeFileSync(path, IMPORTS[name]);
      return [node, path];
    };
    const times = inTurns({ empty: module("empty"), version: module("version"), index: module("index") }, ROUNDS);
    const commands = inTurns(
      {
        info: [node, ckpt, "info", IMAGE],
        list: [node, ckpt, "abi", "list"],
        plan: [node, ckpt, "convert", IMAGE, "--to", "v20-c", "--plan"],
        version: [node, ckpt, "--version"],
      },
      ROUNDS,
    );
    const sizes = { struct: await bundled(BUNDLES.struct, app), abi: await bundled(BUNDLES.abi, app) };

    const row = (title: string, list: readonly number[], base: readonly number[], name: string) =>
      print(
        `${title.padEnd(34)} ${(median(list) * 1000).toFixed(0).padStart(5)} ms  ${ratio(list, base).toFixed(2)} of ${name}`,
      );
    row("an empty module", times.empty, times.empty, "an empty module");
    row('import "ckpt-abi/v23-rc2/x86_64"', times.version, times.empty, "an empty module");
    row('import "ckpt-abi"', times.index, times.empty, "an empty module");
    row("ckpt info of a small image", commands.info, commands.info, "ckpt info");
    row("ckpt abi list", commands.list, commands.info, "ckpt info");
    row("ckpt convert --plan of the same", commands.plan, commands.info, "ckpt info");
    row("ckpt --version", commands.version, commands.info, "ckpt info");
    print(`a bundle with one codec: ${sizeText(sizes.struct)}; with abi() and one struct: ${sizeText(sizes.abi)}\n`);
    return {
      bounds: [
        { name: "one version / an empty module", ratio: ratio(times.version, times.empty), limit: 1.8 },
        { name: "all versions / an empty module", ratio: ratio(times.index, times.empty), limit: 2 },
        { name: "ckpt abi list / ckpt info", ratio: ratio(commands.list, commands.info), limit: 1.2 },
        { name: "ckpt convert --plan / ckpt info", ratio: ratio(commands.plan, commands.info), limit: 1.2 },
        { name: "a bundle with abi() and one struct / 250 kB", ratio: sizes.abi.bytes / MAX_BUNDLE_BYTES, limit: 1 },
      ],
      numbers: { node: process.version, seconds: { imports: times, commands }, sizes },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Size {
  readonly bytes: number;
  /** Bytes after compression by gzip. */
  readonly gzip: number;
}

/** Size of a minified bundle. */
async function bundled(program: string, directory: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: directory },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  const contents = Buffer.concat(outputFiles.map((file) => file.contents));
  return { bytes: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

function sizeText({ bytes, gzip }: Size): string {
  return `${Math.round(bytes / 1000)} kB (${Math.round(gzip / 1000)} kB by gzip)`;
}
