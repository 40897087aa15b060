/** Runs the commands `npm run header`, in this process or its own, and `npm run gen`. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { header as headerHere } from "../../scripts/header/command-line.js";
import { bundled } from "../bundled.js";
import { PROJECT, temporary } from "./project.js";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `npm run header` in this process, which reads the schema many times as fast as a process that has just started. */
export async function header(...args: string[]): Promise<Outcome> {
  const texts = { out: "", err: "" };
  const captured = (["out", "err"] as const).map((name) =>
    vi.spyOn(process[`std${name}`], "write").mockImplementation((text) => {
      texts[name] += text;
      return true;
    }),
  );
  try {
    return { code: await headerHere(args), ...texts };
  } finally {
    for (const stream of captured) stream.mockRestore();
  }
}

/** Runs `npm run header` as a process. */
export const headerProcess = (...args: string[]) => run("scripts/header/index.ts", args);

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
