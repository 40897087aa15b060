/**
 * `npm run bench -- gen`: a complete cold generation as a process of its own, compared with the type checker on its output. The generation compares
 * its output with the files instead of writing them: it does all the work and changes nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UNITS } from "../../generator/units.js";
import { median } from "./median.js";
import type { Outcome } from "./outcome.js";

const ROUNDS = 3;
const LIMIT = 1.0;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const project = join(directory, "tsconfig.json");
    writeFileSync(project, typecheckProject());
    const gen: number[] = [];
    const tsc: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      gen.push(seconds("npm", ["run", "-s", "gen", "--", "--check"]));
      tsc.push(
        seconds(process.execPath, [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", project]),
      );
    }
    const ratio = median(gen.map((time, round) => time / (tsc[round] as number)));
    print(`npm run gen -- --check       ${median(gen).toFixed(2)} s, median of ${ROUNDS}`);
    print(`tsc over the generated code  ${median(tsc).toFixed(2)} s\n`);
    return {
      bounds: [{ name: "whole generation / tsc --noEmit over its output", ratio, limit: LIMIT }],
      numbers: { node: process.version, seconds: { gen, tsc } },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A configuration with the project's own settings for the generated TypeScript alone. */
function typecheckProject(): string {
  return JSON.stringify({
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: { noEmit: true, types: [] },
    include: UNITS.map(({ output }) => join(ROOT, output, "codecs")),
  });
}

/** @throws {Error} when the process fails: a stale output or a type error invalidates the measurement */
function seconds(command: string, args: readonly string[]): number {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return (performance.now() - started) / 1000;
}
