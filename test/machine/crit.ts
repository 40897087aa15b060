/** Reads files of CRIU with the reader of CRIU itself, the Python library of Debian's `criu` package. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HANG } from "../hang.js";
import { failure, works } from "../requirement.js";

/** The interpreter for which Debian's packages are installed, whatever else is on the path. */
const PYTHON = "/usr/bin/python3";
const READER = fileURLToPath(new URL("crit.py", import.meta.url));
const MOST = 1024 * 1024 * 1024;

/** What is in a file: its entries, whose fields have the names of CRIU; bytes are in base64, and enumerators and flags are numbers. */
export interface CriuFile {
  /** Name of the type, such as `CORE`. */
  readonly magic: string;
  readonly entries: readonly CriuFields[];
}

/** Fields by name. A number that a double cannot hold is a bigint. */
export type CriuFields = { readonly [name: string]: CriuValue };
export type CriuValue = number | bigint | string | boolean | null | CriuFields | readonly CriuValue[];

/** Tests with the reader are skipped where this is false; in CI that is a failure. */
export const critReads = works("crit", failure([PYTHON, "-c", "import pycriu.images"]));

/**
 * Reads all files of a directory of CRIU but those of pages, by name without `.img`. One process of Python reads them all.
 *
 * @throws {Error} for a file that CRIU does not read
 */
export function readCriu(files: ReadonlyMap<string, Uint8Array>): Map<string, CriuFile> {
  const names = [...files.keys()].filter((name) => name.endsWith(".img") && !name.startsWith("pages-"));
  const folder = mkdtempSync(join(tmpdir(), "ckpt-crit-"));
  try {
    const paths = names.map((name) => join(folder, name));
    names.forEach((name, i) => {
      writeFileSync(paths[i] as string, files.get(name) as Uint8Array);
    });
    const decoded = printedJson([READER], JSON.stringify(paths)) as (CriuFile | { error: string })[];
    return new Map(
      decoded.map((file, i) => {
        if ("error" in file) throw new Error(`${names[i]}: ${file.error}`);
        return [(names[i] as string).replace(/\.img$/, ""), file];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The JSON that a program prints which uses CRIU's library. Only for tests that are skipped without {@link critReads}.
 *
 * @param program text of the program in Python
 * @throws {Error} when the program fails
 */
export function criuLibrary(program: string): unknown {
  return printedJson(["-c", program], "");
}

function printedJson(args: readonly string[], input: string): unknown {
  const { stdout, stderr, status } = spawnSync(PYTHON, args, {
    input,
    encoding: "utf8",
    maxBuffer: MOST,
    timeout: HANG,
  });
  if (status !== 0) throw new Error(`${PYTHON}: exit ${status}\n${stderr}`);
  return JSON.parse(stdout, exact);
}

function exact(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "bigint" in value ? BigInt(String(value.bigint)) : value;
}
