/**
 * `npm run bench -- convert`: the packaged command `ckpt convert` over all versions that an image of a million records can have, as processes of its
 * own, compared with `ckpt info` of the same image, which only walks over it. They take turns, so that temporary load on the machine affects all.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registry } from "../../generated/codecs/index.js";
import { writeImage } from "../../test/make-image/write-image.js";
import { RECORD_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory, seconds } from "./image/process.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 3;
const ARCH = "x86_64";

/** Maximum ratio to the time of `info`: a conversion walks over the image and over its result. */
const MAX_RATIO = 4;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const versions = registry.versions.filter((version) => registry.arches(version).includes(ARCH));
    const [oldest, newest] = [versions[0] as string, versions.at(-1) as string];
    const image = join(directory, "image");
    const result = join(directory, "result");
    writeImage({ ...RECORD_HEAVY, abi: `${oldest}/${ARCH}` }, image);
    const node = process.execPath;
    const convert = [ckpt, "convert", image, "--to", newest, "--allow-loss", "-o", result];
    seconds([node, ...convert]);
    // The times mean something only if the result is an image of that version.
    seconds([node, ckpt, "verify", result, "--abi", newest]);
    const times = inTurns({ convert: [node, ...convert], info: [node, ckpt, "info", image] }, ROUNDS);
    const memory = peakMemory(convert, directory);
    print(`an image of a million records, ${oldest} to ${newest}`);
    for (const [name, list] of Object.entries(times)) print(`  ${name.padEnd(7)} ${median(list).toFixed(2)} s`);
    print(`peak memory of ckpt convert: ${megabytes(memory)}\n`);
    return {
      bounds: [
        { name: "ckpt convert / ckpt info", ratio: ratio(times.convert, times.info), limit: MAX_RATIO },
        { name: "peak memory of convert / 200 MB", ratio: memory / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
