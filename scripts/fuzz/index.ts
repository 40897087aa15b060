/**
 * `npm run fuzz`: damages images in a thousand ways and puts them through all tools. Nothing but typed errors may come of it, in little time
 * and memory. Every input is a function of seed and number, so a failure can be repeated with `--only`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { type Failure, makeTrial, tryOut } from "./run.js";
import { specimens } from "./specimens.js";

interface Options {
  readonly seed: string;
  readonly from: string;
  readonly count: string;
  readonly only?: string;
  readonly keep?: string;
  readonly json?: true;
}

/** Failures after which there is no use in going on. */
const ENOUGH = 20;

async function fuzz({ seed, from, count, only, keep, json }: Options): Promise<void> {
  const corpus = specimens();
  const first = Number(only ?? from);
  const end = only === undefined ? first + Number(count) : first + 1;
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-fuzz-"));
  const failures: Failure[] = [];
  let slowest = { seconds: 0, number: first };
  let tried = 0;
  try {
    for (let number = first; number < end && failures.length < ENOUGH; number++, tried++) {
      const trial = makeTrial(Number(seed), number, corpus);
      if (keep !== undefined) writeFileSync(keep, trial.bytes);
      const started = performance.now();
      const failure = await tryOut(trial, directory);
      const seconds = (performance.now() - started) / 1000;
      if (seconds > slowest.seconds) slowest = { seconds, number };
      if (failure) failures.push(failure);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const told = failures.map(({ trial, reason }) => ({
    number: trial.number,
    image: trial.specimen.name,
    mutations: trial.mutations,
    command: trial.command.join(" "),
    reason,
  }));
  if (json) process.stdout.write(`${JSON.stringify({ tried, failures: told, slowest, peakMiB })}\n`);
  else {
    for (const { number, image, mutations, command, reason } of told)
      process.stdout.write(`${number}: ${image}, ${mutations.join(", ")}: ckpt ${command}\n    ${reason}\n`);
    process.stdout.write(
      `${tried} damaged images, ${failures.length} failures; slowest ${slowest.seconds.toFixed(2)} s (${slowest.number}), peak memory ${peakMiB} MiB\n`,
    );
  }
  if (failures.length > 0) process.exitCode = 1;
}

await new Command("fuzz")
  .description("Put damaged images through all tools.")
  .option("--seed <n>", "other numbers give other damage", "1")
  .option("--from <n>", "number of the first image", "0")
  .option("--count <n>", "how many images", "2000")
  .option("--only <n>", "only the image of this number")
  .option("--keep <file>", "write the last damaged image there")
  .option("--json", "print JSON")
  .action(fuzz)
  .parseAsync();
