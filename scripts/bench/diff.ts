/**
 * `npm run bench -- diff`: the packaged command `ckpt diff`, as a process of its own, compared with `cmp` of the same two files. Both take turns, so
 * that temporary load on the machine affects both.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MakeOptions } from "../../test/make-image/options.js";
import { writeImage } from "../../test/make-image/write-image.js";
import { MAPPING_HEAVY, PAGE_HEAVY, RECORD_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory } from "./image/process.js";
import { median } from "./median.js";
import { MOST_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 5;

/** Maximum ratio to the time of `cmp`, which only reads both files. */
const MOST_TIMES = 3;
/** Maximum number of seconds for a million records in each image. */
const MOST_SECONDS = 15;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const pages = twice(directory, "pages", PAGE_HEAVY);
    const records = twice(directory, "records", RECORD_HEAVY);
    const mappings = twice(directory, "mappings", MAPPING_HEAVY);
    const diff = [process.execPath, ckpt, "diff"];
    const warm = inTurns({ diff: [...diff, ...pages], cmp: ["cmp", ...pages] }, ROUNDS);
    const heavy = inTurns({ diff: [...diff, ...records], cmp: ["cmp", ...records] }, ROUNDS);
    const memory = {
      pages: peakMemory([ckpt, "diff", ...pages], directory),
      records: peakMemory([ckpt, "diff", ...records], directory),
      mappings: peakMemory([ckpt, "diff", ...mappings], directory),
    };
    for (const [title, times] of [
      ["two equal images of 1 GiB, in the page cache", warm],
      ["two equal images of a million records", heavy],
    ] as const) {
      print(title);
      for (const [name, list] of Object.entries(times)) print(`  ${name.padEnd(5)} ${median(list).toFixed(2)} s`);
    }
    print(
      `peak memory of ckpt diff: pages ${megabytes(memory.pages)}, records ${megabytes(memory.records)}, mappings ${megabytes(memory.mappings)}\n`,
    );
    return {
      bounds: [
        { name: "ckpt diff / cmp, 1 GiB of pages", ratio: ratio(warm.diff, warm.cmp), limit: MOST_TIMES },
        { name: "peak memory / 200 MB, 1 GiB of pages", ratio: memory.pages / MOST_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, 400,000 mappings", ratio: memory.mappings / MOST_MEMORY, limit: 1 },
        { name: "a million records / 15 s", ratio: median(heavy.diff) / MOST_SECONDS, limit: 1 },
      ],
      numbers: { node: process.version, seconds: { pages: warm, records: heavy }, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** An image and a copy of it. */
function twice(directory: string, name: string, options: MakeOptions): [string, string] {
  const [a, b] = [join(directory, `${name}-a.img`), join(directory, `${name}-b.img`)];
  writeImage(options, a);
  copyFileSync(a, b);
  return [a, b];
}
