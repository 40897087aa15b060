/** Lets several processes do a series together. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Series, SeriesResult } from "./series.js";

const JOB = fileURLToPath(new URL("./job.ts", import.meta.url));

export async function shareOut(series: Series, jobs: number): Promise<SeriesResult> {
  const share = Math.ceil(series.count / jobs);
  const shares = Array.from({ length: jobs }, (_, i) => ({
    ...series,
    from: series.from + i * share,
    count: Math.min(share, series.count - i * share),
  }));
  const results = await Promise.all(shares.filter(({ count }) => count > 0).map(runJob));
  return {
    tried: results.reduce((sum, { tried }) => sum + tried, 0),
    failures: results.flatMap(({ failures }) => failures),
    slowest: results.map(({ slowest }) => slowest).reduce((one, other) => (other.seconds > one.seconds ? other : one)),
    peakMiB: Math.max(...results.map(({ peakMiB }) => peakMiB)),
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
            `a process died (${signal ?? code}) somewhere in the ${series.count} images from number ${series.from}; --jobs 1 --keep FILE shows of which`,
          ),
        );
    });
    job.send(series);
  });
}
