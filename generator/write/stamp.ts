/**
 * The stamp: what the last generation was made from, and what it wrote. While both are unchanged, the output is up to date.
 *
 * It is in `node_modules/.cache` of the root. A root without `node_modules` has no stamp, so everything is made anew there.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { digestOf } from "./digest.js";
import { outputFiles } from "./index.js";
import { unique } from "./swap-tree.js";

const STAMP = "node_modules/.cache/ckpt-abi/gen.json";

/** @typeParam Summary what the command reports of a generation */
interface Stamp<Summary> {
  readonly inputs: string;
  readonly output: string;
  readonly summary: Summary;
}

/** The summary of the last generation if its inputs had this digest and its output is as it left it; else undefined. */
export function readStamp<Summary>(root: string, inputs: string): Summary | undefined {
  try {
    const stamp = JSON.parse(readFileSync(join(root, STAMP), "utf8")) as Stamp<Summary>;
    return stamp.inputs === inputs && stamp.output === digestOf(outputFiles(root)) ? stamp.summary : undefined;
  } catch {
    // No stamp, a damaged one, or output that cannot be read.
    return undefined;
  }
}

/** Records a generation. Failures are ignored: without a stamp everything is made anew. */
export function writeStamp<Summary>(
  root: string,
  inputs: string,
  files: ReadonlyMap<string, string>,
  summary: Summary,
): void {
  if (!existsSync(join(root, "node_modules"))) return;
  const stamp: Stamp<Summary> = { inputs, output: digestOf(files), summary };
  const path = join(root, STAMP);
  const next = unique(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(next, JSON.stringify(stamp));
    renameSync(next, path);
  } catch {
    rmSync(next, { force: true });
  }
}
