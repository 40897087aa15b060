/**
 * `npm run bench -- core`: the packaged command `ckpt core`, as a process of its own, on an image with 1 GiB of memory, compared with `cp` of the
 * core file that it writes. `ckpt core` does not end before its file is on the disk, so `cp` followed by `sync` is the fair comparison.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImage } from "../../test/make-image/write-image.js";
import { MAPPING_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory, seconds } from "./image/process.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 5;
const GIB = 2 ** 30;
const PAGE = 4096;

/** One process in which every eighth page is missing, as if it had never been touched. */
const OPTIONS = { abi: "v21/x86_64", tasks: 1, pages: GIB / PAGE, plain: true };

/** Maximum ratio to the time of `cp` and `sync`, including the start of Node. */
const MAX_RATIO = 3;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const [image, core, copy, out] = ["image", "core", "copy", "out"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
      string,
    ];
    writeImage(OPTIONS, image);
    seconds([process.execPath, ckpt, "core", image, "-o", core]);
    const remove = () => {
      for (const path of [copy, out]) rmSync(path, { force: true });
    };
    const times = inTurns(
      {
        core: [process.execPath, ckpt, "core", image, "-o", out],
        synced: ["sh", "-c", `cp '${core}' '${copy}' && sync '${copy}'`],
        cp: ["cp", core, copy],
      },
      ROUNDS,
      remove,
    );
    remove();
    const memory = peakMemory([ckpt, "core", image, "-o", out], directory);
    remove();
    const mappings = join(directory, "mappings");
    writeImage(MAPPING_HEAVY, mappings);
    const memoryOfMappings = peakMemory([ckpt, "core", mappings, "-o", out], directory);
    const { size } = statSync(core);

    print(`a core of ${(size / 2 ** 20).toFixed(0)} MiB`);
    for (const [name, list] of Object.entries(times))
      print(
        `  ${NAMES[name]?.padEnd(12)} ${median(list).toFixed(3).padStart(7)} s  ${ratio(list, times.synced).toFixed(2)} of cp and sync`,
      );
    print(`peak memory of ckpt core: ${megabytes(memory)}, of 400,000 mappings ${megabytes(memoryOfMappings)}\n`);
    return {
      bounds: [
        { name: "ckpt core / cp and sync, 1 GiB", ratio: ratio(times.core, times.synced), limit: MAX_RATIO },
        { name: "peak memory / 200 MB", ratio: memory / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, 400,000 mappings", ratio: memoryOfMappings / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, size, seconds: times, memory, memoryOfMappings },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const NAMES: Readonly<Record<string, string>> = { core: "ckpt core", synced: "cp and sync", cp: "cp" };
