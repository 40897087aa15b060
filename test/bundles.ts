/** The folder for the programs that tests start, see bundled.ts: made before the first test, removed after the last one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    bundles: string;
  }
}

export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-bundles-"));
  provide("bundles", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
