/** Lets several processes do a series together. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addCoverage, noCoverage } from "./coverage.js";
import type { Series, SeriesResult } from "./series.js";

const JOB = fileURLToPath(new URL("./job.ts", import.meta.url));

/** Images that a process tries before another one takes its place, so that no run grows with its length. */
const MOST_AT_ONCE = 1_000;

/** @param onShare hears of every share that is done */
export async function shareOut(
  series: Series,
  jobs: number,
  onShare: (result: SeriesResult) => void = () => {},
): Promise<SeriesResult> {
  const size = Math.min(MOST_AT_ONCE, Math.ceil(series.count / jobs));
  const shares: Series[] = [];
  for (let done = 0; done < series.count; done += size)
    shares.push({ ...series, from: series.from + done, count: Math.min(size, series.count - done) });
  const results: SeriesResult[] = [];
  const work = async () => {
    for (let share = shares.shift(); share; share = shares.shift()) {
      const result = await runJob(share);
      results.push(result);
      onShare(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const coverage = noCoverage();
  for (const result of results) addCoverage(coverage, result.coverage);
  return {
    tried: results.reduce((sum, { tried }) => sum + tried, 0),
    failures: results.flatMap(({ failures }) => failures),
    slowest: results.map(({ slowest }) => slowest).reduce((one, other) => (other.seconds > one.seconds ? other : one)),
    peakMiB: Math.max(...results.map(({ peakMiB }) => peakMiB)),
    coverage,
  };
}

/** Processes inherit what lets this one read TypeScript. */
function runJob(series: Series): Promise<SeriesResult> {
  return new Promise((resolve, reject) => {
    const job = fork(JOB);
    let result: SeriesResult | undefined;
    job.on("message", (message) => {
      result = message as SeriesResult;
    });
    job.on("error", reject);
    job.on("exit", (code, signal) => {
      if (result) resolve(result);
      else
        reject(
          new Error(
            `a process died (${signal ?? code}) somewhere in the ${series.count} images from number ${series.from}; --jobs 1 --keep FILE shows which one`,
          ),
        );
    });
    job.send(series);
  });
}
