/** The dumps of `test/fixtures/criu`, which Debian's CRIU took in the machine. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { unpack } from "./cpio.js";

export const FIXTURES = fileURLToPath(new URL("../fixtures/criu", import.meta.url));

/** Names of the dumps, such as `threads`. */
export const dumpNames = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(".cpio.gz"))
  .map((name) => name.replace(".cpio.gz", ""));

/** Reads the files of a dump: see `dumps.ts` for what is in it. */
export function readDump(name: string): Map<string, Buffer> {
  return unpack(gunzipSync(readFileSync(join(FIXTURES, `${name}.cpio.gz`))));
}
