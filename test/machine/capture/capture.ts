/** Captures a program in the machine: starts it, stops it when it is ready, and writes down all of it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "../machine.js";
import { compiled, type Linkage } from "../programs.js";
import { type Tree, treeOf } from "./tree.js";

/** A program of `programs/` that was stopped. */
export interface Captured {
  readonly tree: Tree;
  /** Files that the restored program needs, by absolute path, besides the libraries that the machine has. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** What it had said until then, to `/job/said`. */
  readonly said: string;
}

/**
 * Captures a program.
 *
 * @throws {Error} when it does not get ready, or cannot be stopped
 */
export async function capture(machine: Machine, program: string, linkage: Linkage = "static"): Promise<Captured> {
  const path = `/bin/${program}`;
  const bytes = compiled(program, linkage);
  const { code, output, files } = await machine.run({
    files: { [path]: bytes, "/bin/capture": helper() },
    script: `
      start said ${program}
      until_ready said
      look_at_tree $pid seen
      capture out $(tree $pid)
      cp said out/
      for file in data mapped; do [ ! -e $file ] || cp $file out/; done
    `,
  });
  if (code !== 0) throw new Error(`${program} cannot be captured: exit ${code}\n${output}`);
  const own = ["said", "data", "mapped"].flatMap((name): [string, Buffer][] => {
    const contents = files.get(name);
    return contents ? [[`/job/${name}`, contents]] : [];
  });
  return {
    tree: treeOf(files),
    files: { [path]: bytes, ...Object.fromEntries(own) },
    said: files.get("said")?.toString() ?? "",
  };
}

function helper(): Buffer {
  const source = fileURLToPath(new URL("capture.c", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "ckpt-machine-capture-"));
  try {
    const program = join(folder, "capture");
    execFileSync("gcc", ["-O1", "-Wall", "-Wextra", "-static", source, "-o", program]);
    return readFileSync(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
