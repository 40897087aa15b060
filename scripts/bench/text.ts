/**
 * `npm run bench -- text`: the packaged commands `ckpt decode` and `ckpt encode` on an image of a million records, as processes of their own, compared
 * with a Kaitai Struct parser, which decodes the records and makes no text of them. They take turns, so that temporary load on the machine affects all.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImage } from "../../test/make-image/write-image.js";
import { RECORD_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory, seconds } from "./image/process.js";
import { kaitaiReader } from "./kaitai-reader.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 3;
const VERSION = "v21";

export async function run(print: (line: string) => void): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const [image, text, again] = ["image", "text", "again"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeImage({ ...RECORD_HEAVY, abi: `${VERSION}/x86_64` }, image);
    const decode = [ckpt, "decode", image, "-o", text];
    const encode = [ckpt, "encode", text, "-o", again];
    const node = process.execPath;
    seconds([node, ...decode]);
    seconds([node, ...encode]);
    // The times mean something only if the text is the image.
    seconds(["cmp", image, again]);
    const kaitai = await kaitaiReader(VERSION, directory);
    const times = inTurns(
      { decode: [node, ...decode], encode: [node, ...encode], kaitai: [node, kaitai, image] },
      ROUNDS,
    );
    const memory = { decode: peakMemory(decode, directory), encode: peakMemory(encode, directory) };
    print("an image of a million records");
    for (const [name, list] of Object.entries(times)) print(`  ${name.padEnd(6)} ${median(list).toFixed(2)} s`);
    print(`peak memory: decode ${megabytes(memory.decode)}, encode ${megabytes(memory.encode)}\n`);
    return {
      bounds: [
        { name: "ckpt decode / Kaitai Struct", ratio: ratio(times.decode, times.kaitai), limit: 1 },
        { name: "ckpt encode / Kaitai Struct", ratio: ratio(times.encode, times.kaitai), limit: 1 },
        { name: "peak memory of decode / 200 MB", ratio: memory.decode / MAX_MEMORY, limit: 1 },
        { name: "peak memory of encode / 200 MB", ratio: memory.encode / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
