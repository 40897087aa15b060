/** A folder for what several test files of a run use: made before the first test, removed after the last one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    runFolder: string;
  }
}

export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-tests-"));
  provide("runFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
