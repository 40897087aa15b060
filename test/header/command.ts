/** Runs the commands `npm run header`, in this process or its own, and `npm run gen`. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gen as genHere } from "../../scripts/gen/command-line.js";
import { header as headerHere } from "../../scripts/header/command-line.js";
import { bundled } from "../bundled.js";
import { here, type Outcome } from "../here.js";
import { PROJECT, temporary } from "./project.js";

/** Runs `npm run header` in this process. */
export const header = (...args: string[]): Promise<Outcome> => here(() => headerHere(args));

/** Runs `npm run header` as a process. */
export const headerProcess = (...args: string[]) => run("scripts/header/index.ts", args);

/** Runs `npm run gen` in this process. */
export const gen = (...args: string[]): Promise<Outcome> => here(() => genHere(args));

/** Runs `npm run gen` as a process. */
export const genProcess = (...args: string[]) => run("scripts/gen/index.ts", args);

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
