/**
 * `npm run fuzz`: damages images in many ways and passes them to all tools, which must only throw typed errors, quickly and in little memory. Every
 * input is a function of seed and number, so a failure can be repeated with `--only`. At the limit of `--seconds`, and when interrupted, it reports
 * the results so far.
 */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { interruptedCode, stopSignal, stopText } from "../stop.js";
import { addCoverage, coverageLines, noCoverage } from "./coverage.js";
import { shareOut } from "./jobs.js";
import { type FailedTrial, runSeries, type Series, type SeriesResult } from "./series.js";

interface Options {
  readonly seed: string;
  readonly from: string;
  readonly count?: string;
  readonly jobs: string;
  readonly seconds?: string;
  readonly only?: string;
  readonly keep?: string;
  readonly nightly?: true;
  readonly json?: true;
}

/** Number of images of a nightly run. */
const NIGHTLY = 1_000_000;

/** Default number of images. */
const USUAL = 2000;

/** Number of images between two coverage reports of a nightly run. */
const COVERAGE_EVERY = 20_000;

/** Maximum memory in MiB of a process for any input, including the tools, the corpus and everything read so far. */
const MEMORY = 640;

async function fuzz(options: Options): Promise<void> {
  const started = performance.now();
  const { only, keep, json, jobs, nightly, seconds: limit } = options;
  const wanted = only !== undefined ? 1 : nightly ? NIGHTLY : Number(options.count ?? USUAL);
  const series: Series = { seed: Number(options.seed), from: Number(only ?? options.from), count: wanted, keep };
  const stop = stopSignal(limit === undefined ? undefined : Number(limit));
  const alone = only !== undefined || keep !== undefined;
  const onShare = nightly && !json ? progress(wanted) : undefined;
  const result = alone ? await runSeries(series, stop) : await shareOut(series, Number(jobs), stop, onShare);
  const seconds = (performance.now() - started) / 1000;
  const stopped = stopText(stop);
  // A count together with a limit means that all images must be tried within the limit.
  const mayBeLess = stopped !== undefined && options.count === undefined;
  const complaints = complaintsAbout(result, mayBeLess ? result.tried : wanted);
  if (json) process.stdout.write(`${JSON.stringify({ ...result, seconds, stopped, complaints })}\n`);
  else {
    print(result, seconds, complaints);
    if (stopped !== undefined) process.stdout.write(`${stopped}: ${result.tried} of ${wanted} images were tried\n`);
  }
  if (complaints.length > 0) process.exitCode = 1;
  process.exitCode = interruptedCode(stop) ?? process.exitCode;
}

/** Reports the progress of a long run. */
function progress(wanted: number): (share: SeriesResult) => void {
  process.stdout.write(`${wanted.toLocaleString("en")} images to try\n`);
  const coverage = noCoverage();
  let done = 0;
  let reported = 0;
  return ({ tried, failures, coverage: more }) => {
    done += tried;
    addCoverage(coverage, more);
    process.stdout.write(`${done.toLocaleString("en")} done\n${failures.map(failureText).join("")}`);
    if (done < reported + COVERAGE_EVERY) return;
    reported = done;
    for (const line of coverageLines(coverage)) process.stdout.write(`  ${line}\n`);
  };
}

function complaintsAbout({ failures, tried, peakMiB }: SeriesResult, wanted: number): string[] {
  const complaints: string[] = [];
  if (failures.length > 0) complaints.push(`${failures.length} failures`);
  else if (tried !== wanted) complaints.push(`only ${tried} of ${wanted} images were tried`);
  if (peakMiB > MEMORY) complaints.push(`needed ${peakMiB} MiB, more than ${MEMORY}`);
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
  .option("--count <n>", `how many images; ${USUAL} when not given`)
  .option("--nightly", "a million images, which takes a night")
  .option("--jobs <n>", "processes that share the work", `${availableParallelism()}`)
  .option("--seconds <n>", "stop after that time; fewer images than --count asks for are an error")
  .option("--only <n>", "only the image of this number")
  .option("--keep <file>", "write the last damaged image there")
  .option("--json", "print JSON")
  .action(fuzz)
  .parseAsync();
