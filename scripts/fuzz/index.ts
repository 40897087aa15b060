/**
 * `npm run fuzz`: damages images in a thousand ways and puts them through all tools. Nothing but typed errors may come of it, in little time
 * and memory. Every input is a function of seed and number, so a failure can be repeated with `--only`.
 */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { coverageLines } from "./coverage.js";
import { shareOut } from "./jobs.js";
import { type FailedTrial, runSeries, type Series, type SeriesResult } from "./series.js";

interface Options {
  readonly seed: string;
  readonly from: string;
  readonly count: string;
  readonly jobs: string;
  readonly seconds?: string;
  readonly only?: string;
  readonly keep?: string;
  readonly nightly?: true;
  readonly json?: true;
}

/** Images of a run that takes a night. */
const NIGHTLY = 1_000_000;

/** MiB that a process may need, whatever it is given; the tools, the corpus and what they have read together. */
const MEMORY = 640;

async function fuzz(options: Options): Promise<void> {
  const started = performance.now();
  const { only, keep, json, jobs, nightly, seconds: budget } = options;
  const series: Series = {
    seed: Number(options.seed),
    from: Number(only ?? options.from),
    count: only !== undefined ? 1 : nightly ? NIGHTLY : Number(options.count),
    keep,
  };
  const alone = only !== undefined || keep !== undefined || jobs === "1";
  let done = 0;
  const onShare = ({ tried, failures }: SeriesResult) => {
    done += tried;
    if (nightly && !json)
      process.stdout.write(`${done.toLocaleString("en")} done\n${failures.map(failureText).join("")}`);
  };
  const result = alone ? await runSeries(series) : await shareOut(series, Number(jobs), onShare);
  const seconds = (performance.now() - started) / 1000;
  const complaints = complaintsAbout(result, series, seconds, budget === undefined ? undefined : Number(budget));
  if (json) process.stdout.write(`${JSON.stringify({ ...result, seconds, complaints })}\n`);
  else print(result, seconds, complaints);
  if (complaints.length > 0) process.exitCode = 1;
}

function complaintsAbout(
  { failures, tried, peakMiB }: SeriesResult,
  { count }: Series,
  seconds: number,
  budget: number | undefined,
): string[] {
  const complaints: string[] = [];
  if (failures.length > 0) complaints.push(`${failures.length} failures`);
  else if (tried !== count) complaints.push(`only ${tried} of ${count} images were tried`);
  if (peakMiB > MEMORY) complaints.push(`needed ${peakMiB} MiB, more than ${MEMORY}`);
  if (budget !== undefined && seconds > budget) complaints.push(`took ${Math.round(seconds)} s, more than ${budget} s`);
  return complaints;
}

function print(
  { tried, failures, slowest, peakMiB, coverage }: SeriesResult,
  seconds: number,
  complaints: string[],
): void {
  process.stdout.write(failures.map(failureText).join(""));
  for (const line of coverageLines(coverage)) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${tried} damaged images in ${Math.round(seconds)} s, ${failures.length} failures; slowest ${slowest.seconds.toFixed(2)} s (${slowest.number}), peak memory ${peakMiB} MiB\n`,
  );
  for (const complaint of complaints) process.stdout.write(`wrong: ${complaint}\n`);
}

function failureText({ number, image, mutations, command, reason }: FailedTrial): string {
  return `${number}: ${image}, ${mutations.join(", ")}: ckpt ${command}\n    ${reason}\n`;
}

await new Command("fuzz")
  .description("Put damaged images through all tools.")
  .option("--seed <n>", "other numbers give other damage", "1")
  .option("--from <n>", "number of the first image", "0")
  .option("--count <n>", "how many images", "2000")
  .option("--nightly", "a million images, which takes a night")
  .option("--jobs <n>", "processes that share the work", `${availableParallelism()}`)
  .option("--seconds <n>", "time that all of it may take")
  .option("--only <n>", "only the image of this number")
  .option("--keep <file>", "write the last damaged image there")
  .option("--json", "print JSON")
  .action(fuzz)
  .parseAsync();
