/**
 * `npm run bench -- criu`: the packaged command `ckpt convert --to criu`, as a process of its own, on an image with 1 GiB of memory, compared with `cp`
 * of the directory that it writes. The command does not end before its files are on the disk, so `cp` followed by `sync` is the fair comparison.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
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
const MAX_RATIO = 2;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  const path = (name: string) => join(directory, name);
  try {
    const ckpt = packCommand(directory);
    const [image, dump, copy, out] = [path("image"), path("dump"), path("copy"), path("out")];
    const convert = (from: string, to: string) => ["convert", from, "--to", "criu", "--allow-loss", "-o", to];
    writeImage(OPTIONS, image);
    seconds([process.execPath, ckpt, ...convert(image, dump)]);
    const size = sizeOf(dump);
    if (size < GIB / 2) throw new Error(`the dump has ${size} bytes, less than the pages of the image`);
    const remove = () => {
      for (const name of [copy, out]) rmSync(name, { recursive: true, force: true });
    };
    const times = inTurns(
      {
        criu: [process.execPath, ckpt, ...convert(image, out)],
        synced: ["sh", "-c", `cp -r '${dump}' '${copy}' && sync '${copy}'/*`],
        cp: ["cp", "-r", dump, copy],
      },
      ROUNDS,
      remove,
    );
    remove();
    const memory = peakMemory([ckpt, ...convert(image, out)], directory);
    remove();
    const mappings = path("mappings");
    writeImage({ ...MAPPING_HEAVY, pages: 1 }, mappings);
    const memoryOfMappings = peakMemory([ckpt, ...convert(mappings, out)], directory);

    print(`a dump of ${(size / 2 ** 20).toFixed(0)} MiB`);
    for (const [name, list] of Object.entries(times))
      print(
        `  ${NAMES[name]?.padEnd(12)} ${median(list).toFixed(3).padStart(7)} s  ${ratio(list, times.synced).toFixed(2)} of cp and sync`,
      );
    print(`peak memory: ${megabytes(memory)}, of 400,000 mappings ${megabytes(memoryOfMappings)}\n`);
    return {
      bounds: [
        {
          name: "ckpt convert --to criu / cp and sync, 1 GiB",
          ratio: ratio(times.criu, times.synced),
          limit: MAX_RATIO,
        },
        { name: "peak memory / 200 MB", ratio: memory / MAX_MEMORY, limit: 1 },
        { name: "peak memory / 200 MB, 400,000 mappings", ratio: memoryOfMappings / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, size, seconds: times, memory, memoryOfMappings },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const NAMES: Readonly<Record<string, string>> = { criu: "ckpt convert", synced: "cp and sync", cp: "cp" };

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}
