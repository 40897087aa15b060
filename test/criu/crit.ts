/** Image files of CRIU as CRIU's own library reads them: pycriu, which is what its tool crit prints. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { HANG } from "../hang.js";
import { available } from "../requirement.js";

/** The Python for which Debian installs packages; there may be others. */
export const PYTHON = "/usr/bin/python3";

const SCRIPT = fileURLToPath(new URL("./crit.py", import.meta.url));

/** Whether CRIU's library is there: Debian's package criu has it. */
export const hasCrit = available("pycriu of CRIU", [PYTHON, "-c", "from pycriu import images"]);

/** A message with its numbers as texts, bytes and texts in base64 or as they are. Further bytes of an entry are in `extra`, in base64. */
// biome-ignore lint/suspicious/noExplicitAny: messages of all kinds
export type CritEntry = Record<string, any>;

/** Entries of all image files of a folder but those of pages, by name of the file. */
export function critEntries(folder: string): Record<string, CritEntry[]> {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT, folder], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: HANG,
  });
  if (status !== 0) throw new Error(`CRIU's library does not read ${folder}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, CritEntry[]>;
}
