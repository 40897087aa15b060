/**
 * `npm run bench -- listing`: the packaged commands `ckpt records` on a million records and `ckpt maps` on half a million mappings, as processes of their
 * own, compared with plain JavaScript for a single ABI. They take turns, so that temporary load on the machine affects all.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeImage } from "../../test/make-image/write-image.js";
import { RECORD_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory } from "./image/process.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 5;
const PLAIN = fileURLToPath(new URL("plain-listing.mjs", import.meta.url));

/** Maximum ratio to the plain listing, which neither walks by a grammar nor names values. */
const MAX_RATIO = 2;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const image = join(directory, "image");
    writeImage(RECORD_HEAVY, image);
    const node = process.execPath;
    const records = [ckpt, "records", image];
    const maps = [ckpt, "maps", image];
    const plainRecords = [PLAIN, "records", image];
    const plainMaps = [PLAIN, "maps", image];
    compare(statements(records, RECORD, directory), statements(plainRecords, RECORD, directory));
    compare(statements(maps, MAPPING, directory), statements(plainMaps, MAPPING, directory));
    const times = inTurns(
      {
        records: [node, ...records],
        "plain records": [node, ...plainRecords],
        maps: [node, ...maps],
        "plain maps": [node, ...plainMaps],
      },
      ROUNDS,
    );
    const memory = { records: peakMemory(records, directory), maps: peakMemory(maps, directory) };
    print("an image of a million records, half of them mappings");
    for (const [name, list] of Object.entries(times)) print(`  ${name.padEnd(13)} ${median(list).toFixed(2)} s`);
    print(`peak memory: records ${megabytes(memory.records)}, maps ${megabytes(memory.maps)}\n`);
    return {
      bounds: [
        { name: "ckpt records / plain", ratio: ratio(times.records, times["plain records"]), limit: MAX_RATIO },
        { name: "ckpt maps / plain", ratio: ratio(times.maps, times["plain maps"]), limit: MAX_RATIO },
        { name: "peak memory of records / 200 MB", ratio: memory.records / MAX_MEMORY, limit: 1 },
        { name: "peak memory of maps / 200 MB", ratio: memory.maps / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What both listings say of a record: offset, type and length, and the addresses of a mapping. */
const RECORD = /^ *(\d+) +(\d+) +(\d+) .*?(?:(vm_start=\w+ vm_end=\w+).*)?$/;
/** What both say of a mapping: range, permissions and offset. */
const MAPPING = /^([0-9a-f]+-[0-9a-f]+) {2}(\S{4}) +(\S+)/;

/** Checks that the command and the plain listing say the same, line by line. */
function compare(found: readonly string[], expected: readonly string[]): void {
  const at = found.findIndex((statement, i) => statement !== expected[i]);
  if (found.length > 0 && found.length === expected.length && at < 0) return;
  throw new Error(`ckpt lists ${found.length}, the plain listing ${expected.length}; first difference at ${at}:
${found[at]}
${expected[at]}`);
}

/** The groups of each line of an output that matches. */
function statements(script: readonly string[], pattern: RegExp, directory: string): string[] {
  const path = join(directory, "output");
  const file = openSync(path, "w");
  const { status } = spawnSync(process.execPath, script, { stdio: ["ignore", file, "inherit"] });
  closeSync(file);
  if (status !== 0) throw new Error(`${script.join(" ")} ended with ${status}`);
  return readFileSync(path, "latin1")
    .split("\n")
    .flatMap((line) => pattern.exec(line)?.slice(1).join(" ") ?? []);
}
