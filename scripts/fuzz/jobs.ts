/** Lets several processes do a series together. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addCoverage, noCoverage } from "./coverage.js";
import { type FailedTrial, READY, type Series, type SeriesResult } from "./series.js";

const JOB = fileURLToPath(new URL("./job.ts", import.meta.url));

/** Images that a process tries before another one takes its place, so that no run grows with its length. */
const MOST_AT_ONCE = 1_000;

/** Seconds that a process gets to come to the end of the image on hand once all are to stop. */
const GRACE = 60;

/**
 * A process that dies is a failure like others, and another one goes on with the next share.
 *
 * @param stop once it is aborted no further image is tried, and what was found so far is the result
 * @param onShare hears of every share that is done
 */
export async function shareOut(
  series: Series,
  jobs: number,
  stop: AbortSignal,
  onShare: (result: SeriesResult) => void = () => {},
): Promise<SeriesResult> {
  const size = Math.min(MOST_AT_ONCE, Math.ceil(series.count / jobs));
  const shares: Series[] = [];
  for (let done = 0; done < series.count; done += size)
    shares.push({ ...series, from: series.from + done, count: Math.min(size, series.count - done) });
  const results: SeriesResult[] = [];
  const work = async () => {
    for (let share = shares.shift(); share && !stop.aborted; share = shares.shift()) {
      const result = await runJob(share, stop);
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
    slowest: results
      .map(({ slowest }) => slowest)
      .reduce((one, other) => (other.seconds > one.seconds ? other : one), { seconds: 0, number: series.from }),
    peakMiB: Math.max(0, ...results.map(({ peakMiB }) => peakMiB)),
    coverage,
  };
}

/** MiB of heap that a process gets. With the limits of a large machine V8 lets garbage lie, and what was needed does not show. */
const HEAP = 400;

/** Processes inherit what lets this one read TypeScript. */
function runJob(series: Series, stop: AbortSignal): Promise<SeriesResult> {
  return new Promise((resolve, reject) => {
    const job = fork(JOB, { execArgv: [...process.execArgv, `--max-old-space-size=${HEAP}`] });
    let result: SeriesResult | undefined;
    let late: NodeJS.Timeout | undefined;
    let isReady = false;
    const end = () => {
      // To start takes long on a busy machine, and nothing is lost with a process that has not begun.
      if (!isReady) return job.kill("SIGKILL");
      // It may just have ended by itself.
      if (job.connected) job.send("stop", () => {});
      late = setTimeout(() => job.kill("SIGKILL"), GRACE * 1000);
    };
    stop.addEventListener("abort", end, { once: true });
    job.on("message", (message) => {
      if (message !== READY) {
        result = message as SeriesResult;
        return;
      }
      isReady = true;
      job.send(series);
    });
    job.on("error", reject);
    job.on("exit", (code, signal) => {
      clearTimeout(late);
      stop.removeEventListener("abort", end);
      const isDead = isReady || !stop.aborted;
      resolve(result ?? nothingOf(series, isDead ? [death(series, `${signal ?? code}`)] : []));
    });
  });
}

function nothingOf({ from }: Series, failures: readonly FailedTrial[]): SeriesResult {
  return { tried: 0, failures, slowest: { seconds: 0, number: from }, peakMiB: 0, coverage: noCoverage() };
}

function death({ from, count }: Series, how: string): FailedTrial {
  const reason = `a process died (${how}) somewhere in the ${count} images from this number; --keep FILE shows which one`;
  return { number: from, image: "unknown", mutations: [], command: "unknown", reason };
}
