/** Runs the commands `npm run header` and `npm run gen`. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { bundled } from "../bundled.js";
import { PROJECT, temporary } from "./project.js";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export const header = (...args: string[]) => run("scripts/header/index.ts", args);
export const gen = (...args: string[]) => run("scripts/gen.ts", args);

async function run(script: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [await bundled(script), ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const texts = { out: "", err: "" };
  child.stdout.on("data", (text) => {
    texts.out += text;
  });
  child.stderr.on("data", (text) => {
    texts.err += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...texts })));
}

/** A copy of the project's schema, with the manifest of the generator and what generated code needs. */
export function schemaCopy(): string {
  const root = temporary();
  cpSync(join(PROJECT, "schema"), join(root, "schema"), { recursive: true });
  mkdirSync(join(root, "generated"));
  cpSync(join(PROJECT, "generated/abi.json"), join(root, "generated/abi.json"));
  symlinkSync(join(PROJECT, "runtime"), join(root, "runtime"));
  return root;
}
