/**
 * `npm run bench -- diff`: the packaged command `ckpt diff`, as a process of its own, compared with `cmp` of the same two files, which only reads them,
 * and with `ckpt info` of each. All take turns, so that temporary load on the machine affects all of them.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MakeOptions } from "../../test/make-image/options.js";
import { writeImage } from "../../test/make-image/write-image.js";
import { diffImages } from "../../tools/diff/diff.js";
import { FileSource } from "../../tools/files/file-source.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { MAPPING_HEAVY, PAGE_HEAVY, RECORD_HEAVY, TASK_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory } from "./image/process.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 3;

/** Maximum ratio to the time of `cmp`. */
const MAX_RATIO = 3;
/** Maximum ratio to the time of `ckpt info` of both images, if they are equal, and if one task in a thousand differs. */
const MAX_RATIO_IF_EQUAL = 2;
const MAX_RATIO_IF_CHANGED = 3;
/** One task in so many is changed. */
const CHANGED = 1000;
/** Maximum number of reads: each image twice in pieces of this size. */
const PIECE = 128 * 1024;

type Pair = readonly [a: string, b: string];

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const pages = twice(directory, "pages", PAGE_HEAVY);
    const records = twice(directory, "records", RECORD_HEAVY);
    const mappings = twice(directory, "mappings", MAPPING_HEAVY);
    const tasks = twice(directory, "tasks", TASK_HEAVY);
    const changed: Pair = [tasks[0], withChanges(tasks[1], join(directory, "changed.img"))];
    const diff = [process.execPath, ckpt, "diff"];
    const info = [process.execPath, ckpt, "info"];
    const jobs = ([a, b]: Pair) => ({ diff: [...diff, a, b], cmp: ["cmp", a, b], a: [...info, a], b: [...info, b] });
    const times = {
      pages: inTurns({ diff: [...diff, ...pages], cmp: ["cmp", ...pages] }, ROUNDS),
      records: inTurns(jobs(records), ROUNDS),
      tasks: inTurns(jobs(tasks), ROUNDS),
      // The exit status of a comparison that finds something is 1.
      changed: inTurns(jobs(changed), ROUNDS, undefined, [0, 1]),
    };
    const memory = {
      pages: peakMemory([ckpt, "diff", ...pages], directory),
      records: peakMemory([ckpt, "diff", ...records], directory),
      mappings: peakMemory([ckpt, "diff", ...mappings], directory),
      tasks: peakMemory([ckpt, "diff", ...tasks], directory),
    };
    const reads = readsOf(tasks, 0);
    readsOf(changed, (TASK_HEAVY.tasks as number) / CHANGED);

    for (const [title, list] of [
      ["two equal images of 1 GiB, in the page cache", times.pages],
      ["two equal images of a million records", times.records],
      ["two equal images of 10,000 tasks", times.tasks],
      ["the same, one task in a thousand changed", times.changed],
    ] as const) {
      print(title);
      for (const [name, seconds] of Object.entries(list))
        print(`  ${(NAMES[name] ?? name).padEnd(6)} ${median(seconds).toFixed(2)} s`);
    }
    print(
      `peak memory of ckpt diff: ${Object.entries(memory)
        .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
        .join(", ")}`,
    );
    print(`reads for 10,000 tasks: ${reads.count} for ${megabytes(reads.size)}\n`);
    return {
      bounds: [
        { name: "ckpt diff / cmp, 1 GiB of pages", ratio: ratio(times.pages.diff, times.pages.cmp), limit: MAX_RATIO },
        {
          name: "ckpt diff / ckpt info of both, a million records",
          ratio: toInfo(times.records),
          limit: MAX_RATIO_IF_EQUAL,
        },
        { name: "ckpt diff / ckpt info of both, 10,000 tasks", ratio: toInfo(times.tasks), limit: MAX_RATIO_IF_EQUAL },
        { name: "the same, one task in a thousand changed", ratio: toInfo(times.changed), limit: MAX_RATIO_IF_CHANGED },
        { name: "reads / size / 128 KiB, 10,000 tasks", ratio: (reads.count * PIECE) / reads.size, limit: 2 },
        { name: "peak memory / 200 MB, 1 GiB of pages", ratio: memory.pages / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, a million records", ratio: memory.records / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, 400,000 mappings", ratio: memory.mappings / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, 10,000 tasks", ratio: memory.tasks / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, memory, reads },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const NAMES: Readonly<Record<string, string>> = { a: "info a", b: "info b" };

/** Ratio of the time of `ckpt diff` to that of `ckpt info` of both images. */
function toInfo({ diff, a, b }: Readonly<Record<"diff" | "a" | "b", readonly number[]>>): number {
  return ratio(
    diff,
    a.map((time, round) => time + (b[round] as number)),
  );
}

/** An image and a copy of it. */
function twice(directory: string, name: string, options: MakeOptions): Pair {
  const [a, b] = [join(directory, `${name}-a.img`), join(directory, `${name}-b.img`)];
  writeImage(options, a);
  copyFileSync(a, b);
  return [a, b];
}

/** Writes a copy of an image in which one task in {@link CHANGED} has another name. Returns its path. */
function withChanges(image: string, path: string): string {
  const bytes = new Uint8Array(readFileSync(image));
  for (const [i, section] of openImage(new MemorySource(bytes), { abi: TASK_HEAVY.abi }).root.rules("task").entries()) {
    const name = section.find("STRING", "task_name")?.record?.payload;
    if (name && i % CHANGED === 0) bytes.set(Buffer.from("other"), name.start);
  }
  writeFileSync(path, bytes);
  return path;
}

/**
 * Number of reads from the files for a comparison.
 *
 * @throws {Error} when another number of tasks differs
 */
function readsOf(pair: Pair, differing: number): { count: number; size: number } {
  const sources = pair.map((path) => new FileSource(path));
  try {
    const [a, b] = sources.map((source) => openImage(source));
    const found = a && b ? diffImages(a, b).summary.tasks.length : Number.NaN;
    if (found !== differing) throw new Error(`${found} tasks differ, not ${differing}`);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    return { count: sum(sources.map(({ reads }) => reads)), size: sum(sources.map(({ size }) => size)) };
  } finally {
    for (const source of sources) source.close();
  }
}
