/**
 * `npm run bench -- listing`: the packaged commands `ckpt records` on a million records and `ckpt maps` on half a million mappings, as processes of their
 * own, compared with plain JavaScript for a single ABI. They take turns, so that temporary load on the machine affects all.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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
    check(linesOf(records) === linesOf(plainRecords), "ckpt records has other records than the plain listing");
    // The same addresses, after the headings of the address spaces.
    check(linesOf(maps, RANGE) === linesOf(plainMaps, RANGE), "ckpt maps has other mappings than the plain listing");
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

/** A range of addresses at the start of a line. */
const RANGE = "^[0-9a-f]{12,}-[0-9a-f]{12,} ";

/** Number of lines that a script prints, or of those that match. */
function linesOf(script: readonly string[], pattern = "^"): string {
  const { stdout, status } = spawnSync("sh", ["-c", '"$@" | grep -cE "$0"', pattern, process.execPath, ...script], {
    encoding: "utf8",
  });
  check(status === 0 && stdout.trim() !== "0", `${script.join(" ")} printed nothing`);
  return stdout;
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
