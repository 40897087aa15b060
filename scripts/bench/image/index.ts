/**
 * `npm run bench -- image`: the packaged command `ckpt info`, as a process of its own, compared with programs that read every byte of the same file:
 * `cat` and `sha256sum`. All take turns, so that temporary load on the machine affects all of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MakeOptions } from "../../../test/make-image/options.js";
import { writeImage } from "../../../test/make-image/write-image.js";
import { FileSource } from "../../../tools/files/file-source.js";
import { openImage } from "../../../tools/image/index.js";
import { PAGE_HEAVY, RECORD_HEAVY } from "../big-images.js";
import { median } from "../median.js";
import { MOST_MEMORY, megabytes } from "../memory.js";
import type { Outcome } from "../outcome.js";
import { inTurns, ratio } from "../turns.js";
import { packCommand } from "./package.js";
import { forget, peakMemory } from "./process.js";

const ROUNDS = 9;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const pages = made(join(directory, "pages.img"), PAGE_HEAVY);
    const records = made(join(directory, "records.img"), RECORD_HEAVY);
    const start = [process.execPath, ckpt, "--version"];
    const node = [process.execPath, "--eval", "0"];
    const warm = inTurns({ ...contenders(ckpt, pages.path), node }, ROUNDS);
    const heavy = inTurns({ ...contenders(ckpt, records.path), start }, ROUNDS);
    const cold = inTurns(contenders(ckpt, pages.path), ROUNDS, () => forget(pages.path));
    const memory = {
      pages: peakMemory([ckpt, "info", pages.path], directory),
      records: peakMemory([ckpt, "info", records.path], directory),
    };

    const describe = (image: Made) =>
      `${(image.size / 2 ** 20).toFixed(0)} MiB, ${image.records.toLocaleString("en")} records`;
    table(`pages: ${describe(pages)}; in the page cache`, warm, print);
    table("the same, not in the page cache", cold, print);
    table(`records: ${describe(records)}`, heavy, print);
    print(`peak memory of ckpt info: pages ${megabytes(memory.pages)}, records ${megabytes(memory.records)}\n`);

    const perMillion = heavy.info.map(
      (time, round) => ((time - (heavy.start[round] as number)) / records.records) * 1e6,
    );
    return {
      bounds: [
        { name: "ckpt info / cat, 1 GiB of pages", ratio: ratio(warm.info, warm.cat), limit: 1 },
        { name: "ckpt info / cat, the same from the disk", ratio: ratio(cold.info, cold.cat), limit: 1 },
        { name: "peak memory / 200 MB, 1 GiB of pages", ratio: memory.pages / MOST_MEMORY, limit: 1 },
        { name: "seconds for a million records after start-up", ratio: median(perMillion), limit: 1 },
      ],
      numbers: { node: process.version, pages, records, seconds: { warm, cold, records: heavy }, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Made {
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
  readonly records: number;
}

function made(path: string, options: MakeOptions): Made {
  const size = writeImage(options, path);
  const source = new FileSource(path);
  const { table } = openImage(source, { abi: options.abi });
  source.close();
  let records = 0;
  for (let row = 0; row < table.size; row++) if (table.recordOf(row)) records++;
  return { path, size, records };
}

function contenders(ckpt: string, image: string) {
  return { info: [process.execPath, ckpt, "info", image], cat: ["cat", image], sha256sum: ["sha256sum", image] };
}

const NAMES: Readonly<Record<string, string>> = {
  info: "ckpt info",
  cat: "cat >/dev/null",
  start: "ckpt --version",
  node: "node --eval 0",
};

function table(title: string, times: Readonly<Record<string, readonly number[]>>, print: (line: string) => void): void {
  print(title);
  const base = times.cat as readonly number[];
  for (const [name, list] of Object.entries(times))
    print(
      `  ${(NAMES[name] ?? name).padEnd(15)} ${median(list).toFixed(3).padStart(7)} s  ${ratio(list, base).toFixed(2)} of cat`,
    );
  print("");
}
