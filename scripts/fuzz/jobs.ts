/** Distributes a series over several processes. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addCoverage, noCoverage } from "./coverage.js";
import { type FailedTrial, READY, type Series, type SeriesResult } from "./series.js";

const JOB = fileURLToPath(new URL("./job.ts", import.meta.url));

/** Number of images after which a process is replaced, so that memory use does not grow with the length of a run. */
const MAX_IMAGES_PER_PROCESS = 1_000;

/** Seconds that a process has to finish the current image after a stop. */
const GRACE = 60;

/**
 * Runs a series in several processes. A process that dies counts as a failure, and another one continues with the next share.
 *
 * @param stop when aborted, no further image is tried, and the result is what was found so far
 * @param onShare called after every finished share
 */
export async function shareOut(
  series: Series,
  jobs: number,
  stop: AbortSignal,
  onShare: (result: SeriesResult) => void = () => {},
): Promise<SeriesResult> {
  const size = Math.min(MAX_IMAGES_PER_PROCESS, Math.ceil(series.count / jobs));
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

/** Maximum heap of a process in MiB. With the defaults of a large machine, V8 delays garbage collection, which hides the memory actually needed. */
const HEAP = 400;

/** Processes inherit the loader that lets this one read TypeScript. */
function runJob(series: Series, stop: AbortSignal): Promise<SeriesResult> {
  return new Promise((resolve, reject) => {
    const job = fork(JOB, { execArgv: [...process.execArgv, `--max-old-space-size=${HEAP}`] });
    let result: SeriesResult | undefined;
    let late: NodeJS.Timeout | undefined;
    let isReady = false;
    const end = () => {
      // A process can take long to start on a busy machine; nothing is lost with one that has not begun.
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
