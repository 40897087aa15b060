/**
 * `npm run bench -- gen`: generations as processes of their own. A whole one is compared with the type checker on its output; it compares its output
 * with the files instead of writing them, so it does all the work and changes nothing. One with nothing to do, and one of a schema with twice the
 * versions and nothing new, are compared with the whole one.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UNITS } from "../../generator/units.js";
import { writeDoubledSchema } from "./doubled-schema.js";
import { median } from "./median.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 3;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const project = join(directory, "tsconfig.json");
    writeFileSync(project, typecheckProject());
    writeDoubledSchema(ROOT, directory);
    const gen = ["npm", "--prefix", ROOT, "run", "-s", "gen", "--"];
    // A stale output would be written by the next command.
    succeed([...gen, "--check"]);
    succeed(gen);
    succeed([...gen, "--root", directory]);

    const times = inTurns(
      {
        whole: [...gen, "--check"],
        unchanged: gen,
        doubled: [...gen, "--check", "--root", directory],
        tsc: [process.execPath, createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", project],
      },
      ROUNDS,
    );
    const row = (title: string, list: readonly number[]) => print(`${title.padEnd(40)} ${median(list).toFixed(2)} s`);
    row("npm run gen -- --check", times.whole);
    row("npm run gen, nothing changed", times.unchanged);
    row("npm run gen -- --check, twice the versions", times.doubled);
    row("tsc over the generated code", times.tsc);
    print("");
    return {
      bounds: [
        { name: "whole generation / tsc --noEmit over its output", ratio: ratio(times.whole, times.tsc), limit: 1 },
        { name: "nothing changed / whole generation", ratio: ratio(times.unchanged, times.whole), limit: 0.3 },
        { name: "twice the versions / whole generation", ratio: ratio(times.doubled, times.whole), limit: 1.1 },
      ],
      numbers: { node: process.version, seconds: times },
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

/** @throws {Error} when the process fails: a stale output invalidates the measurement */
function succeed([command = "", ...args]: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
}
