/**
 * `npm run bench -- search`: the packaged command `ckpt search` with a regular expression on 1 GiB of pages, as a process of its own, compared with
 * `grep -P`, which searches the bytes of the file. They take turns, so that temporary load on the machine affects both.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImage } from "../../test/make-image/write-image.js";
import { PAGE_HEAVY } from "./big-images.js";
import { packCommand } from "./image/package.js";
import { peakMemory } from "./image/process.js";
import { median } from "./median.js";
import { MAX_MEMORY, megabytes } from "./memory.js";
import type { Outcome } from "./outcome.js";
import { inTurns, ratio } from "./turns.js";

const ROUNDS = 5;
/** Common enough for matches to be found, and rare enough for the search to dominate. */
const EXPRESSION = "[a-f]{3}[:;]";
/** Maximum ratio to the time of `grep -P`. */
const MAX_RATIO = 3;

export function run(print: (line: string) => void): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    const ckpt = packCommand(directory);
    const image = join(directory, "image");
    writeImage(PAGE_HEAVY, image);
    const search = [ckpt, "search", image, "--all-tasks", "--json", `/${EXPRESSION}/`];
    // Bytes, not characters. Through a pipe, because grep stops at the first match when its output is /dev/null.
    const grep = ["sh", "-c", 'LC_ALL=C grep -caP "$0" "$1" | cat', EXPRESSION, image];
    checkMatches(search, image);
    const times = inTurns({ search: [process.execPath, ...search], grep }, ROUNDS);
    const memory = peakMemory(search, directory);
    print(`/${EXPRESSION}/ in 1 GiB of pages`);
    for (const [name, list] of Object.entries(times)) print(`  ${name.padEnd(6)} ${median(list).toFixed(2)} s`);
    print(`peak memory of ckpt search: ${megabytes(memory)}\n`);
    return {
      bounds: [
        { name: "ckpt search / grep -P", ratio: ratio(times.search, times.grep), limit: MAX_RATIO },
        { name: "peak memory of search / 200 MB", ratio: memory / MAX_MEMORY, limit: 1 },
      ],
      numbers: { node: process.version, seconds: times, memory },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Checks that the command finds the same bytes at the same offsets as grep: the image has matches in its pages only. */
function checkMatches(search: readonly string[], image: string): void {
  const found = outputOf(process.execPath, ...search)
    .map((line) => JSON.parse(line) as { offset: number; bytes: string })
    .map(({ offset, bytes }) => `${offset}:${Buffer.from(bytes, "hex").toString("latin1")}`);
  const expected = outputOf("env", "LC_ALL=C", "grep", "-aobP", EXPRESSION, image);
  if (found.length === 0 || found.sort().join("\n") !== expected.sort().join("\n"))
    throw new Error(`ckpt search found ${found.length} matches, and grep others: ${expected.length}`);
}

function outputOf(command: string, ...args: readonly string[]): string[] {
  const { status, stdout } = spawnSync(command, args, { encoding: "latin1", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return stdout.trimEnd().split("\n");
}
