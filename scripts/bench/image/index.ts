/**
 * `npm run bench -- image`: the packaged commands `ckpt info` and `ckpt verify`, as processes of their own, compared with programs that read every
 * byte of the same file: `cat` and `sha256sum`. All take turns, so that temporary load on the machine affects all of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MakeOptions } from "../../../test/make-image/options.js";
import { writeImage } from "../../../test/make-image/write-image.js";
import { PAGE_HEAVY, RECORD_HEAVIER, RECORD_HEAVY } from "../big-images.js";
import { median } from "../median.js";
import { MAX_MEMORY, megabytes } from "../memory.js";
import type { Outcome } from "../outcome.js";
import { inTurns, ratio } from "../turns.js";
import { packCommand } from "./package.js";
import { forget, outputOf, peakMemory } from "./process.js";

const ROUNDS = 9;
/** Rounds of runs that take many seconds. */
const FEW_ROUNDS = 3;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const pages = made(ckpt, join(directory, "pages.img"), PAGE_HEAVY);
    const records = made(ckpt, join(directory, "records.img"), RECORD_HEAVY);
    const more = made(ckpt, join(directory, "more.img"), RECORD_HEAVIER);
    const start = [process.execPath, ckpt, "--version"];
    const node = [process.execPath, "--eval", "0"];
    const verify = (image: Made) => [process.execPath, ckpt, "verify", image.path];
    const warm = inTurns({ ...contenders(ckpt, pages.path), node }, ROUNDS);
    const heavy = inTurns({ ...contenders(ckpt, records.path), verify: verify(records), start }, ROUNDS);
    const heavier = inTurns({ ...contenders(ckpt, more.path), verify: verify(more), start }, FEW_ROUNDS);
    const cold = inTurns(contenders(ckpt, pages.path), ROUNDS, () => forget(pages.path));
    const memory = {
      pages: peakMemory([ckpt, "info", pages.path], directory),
      records: peakMemory([ckpt, "info", records.path], directory),
      more: peakMemory([ckpt, "info", more.path], directory),
      verify: peakMemory([ckpt, "verify", more.path], directory),
    };

    const describe = (image: Made) =>
      `${(image.size / 2 ** 20).toFixed(0)} MiB, ${image.records.toLocaleString("en")} records`;
    table(`pages: ${describe(pages)}; in the page cache`, warm, print);
    table("the same, not in the page cache", cold, print);
    table(`records: ${describe(records)}`, heavy, print);
    table(`records: ${describe(more)}`, heavier, print);
    print(`peak memory of ckpt info: pages ${megabytes(memory.pages)}, records ${megabytes(memory.records)}`);
    print(`peak memory with ten million records: info ${megabytes(memory.more)}, verify ${megabytes(memory.verify)}\n`);

    /** Seconds for a million records after the start of the command. */
    const perMillion = (times: typeof heavy, name: "info" | "verify", { records }: Made) =>
      median(times[name].map((time, round) => ((time - (times.start[round] as number)) / records) * 1e6));
    const growth = (name: "info" | "verify") => perMillion(heavier, name, more) / perMillion(heavy, name, records);
    return {
      bounds: [
        { name: "ckpt info / cat, 1 GiB of pages", ratio: ratio(warm.info, warm.cat), limit: 1 },
        { name: "ckpt info / cat, the same from the disk", ratio: ratio(cold.info, cold.cat), limit: 1 },
        { name: "peak memory / 200 MB, 1 GiB of pages", ratio: memory.pages / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, ten million records", ratio: memory.more / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, verify of ten million", ratio: memory.verify / MAX_MEMORY, limit: 1 },
        {
          name: "seconds of info for a million records after start-up",
          ratio: perMillion(heavy, "info", records),
          limit: 0.5,
        },
        { name: "ckpt verify / ckpt info, a million records", ratio: ratio(heavy.verify, heavy.info), limit: 4 },
        { name: "info of ten million / ten times info of a million", ratio: growth("info"), limit: 1.2 },
        { name: "verify of ten million / ten times verify of a million", ratio: growth("verify"), limit: 1.2 },
      ],
      numbers: {
        node: process.version,
        ...{ pages, records, more },
        seconds: { warm, cold, records: heavy, more: heavier },
        memory,
      },
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

/**
 * Makes an image, and checks what the commands say about it.
 *
 * @throws {Error} when they do not agree with what was made
 */
function made(ckpt: string, path: string, options: MakeOptions): Made {
  const size = writeImage(options, path);
  const info = JSON.parse(outputOf([process.execPath, ckpt, "info", "--json", path]));
  const { summary } = JSON.parse(outputOf([process.execPath, ckpt, "verify", "--json", path]));
  const mappings = (options.tasks ?? 0) * (options.vmas ?? 0);
  if (info.end !== "complete" || info.size !== size || info.tasks.length !== options.tasks)
    throw new Error(`ckpt info says ${info.end}, ${info.size} bytes, ${info.tasks.length} tasks`);
  if (info.memory.mappings < mappings || summary.records !== info.records || summary.errors + summary.warnings > 0)
    throw new Error(`ckpt verify says ${JSON.stringify(summary)}, ckpt info ${info.records} records`);
  return { path, size, records: info.records };
}

function contenders(ckpt: string, image: string) {
  return { info: [process.execPath, ckpt, "info", image], cat: ["cat", image], sha256sum: ["sha256sum", image] };
}

const NAMES: Readonly<Record<string, string>> = {
  info: "ckpt info",
  verify: "ckpt verify",
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
