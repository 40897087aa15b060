/** Tries damaged images one after the other in this process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Coverage, cover, noCoverage } from "./coverage.js";
import { makeTrial, tryOut } from "./run.js";
import { Corpus } from "./specimens.js";

export interface Series {
  readonly seed: number;
  /** Number of the first image. */
  readonly from: number;
  readonly count: number;
  /** File that the current image is saved in, in case the process dies. */
  readonly keep?: string | undefined;
}

/** Message of a worker process that has started. */
export const READY = "ready";

export interface SeriesResult {
  readonly tried: number;
  readonly failures: readonly FailedTrial[];
  readonly slowest: { readonly seconds: number; readonly number: number };
  /** Peak memory of the process in MiB. */
  readonly peakMiB: number;
  readonly coverage: Coverage;
}

export interface FailedTrial {
  readonly number: number;
  readonly image: string;
  readonly mutations: readonly string[];
  readonly command: string;
  readonly reason: string;
}

/** Number of failures after which a series ends. */
const MAX_FAILURES = 20;

/**
 * Tries `count` damaged images, one after the other, or fewer if many fail.
 *
 * @param stop when aborted, no further image is tried, and the result is what was found so far
 */
export async function runSeries({ seed, from, count, keep }: Series, stop?: AbortSignal): Promise<SeriesResult> {
  const corpus = new Corpus();
  const coverage = noCoverage();
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-fuzz-"));
  const failures: FailedTrial[] = [];
  let slowest = { seconds: 0, number: from };
  let tried = 0;
  try {
    for (let number = from; number < from + count && failures.length < MAX_FAILURES; number++) {
      // Let pending signals, messages and timers be handled.
      await setImmediate();
      if (stop?.aborted) break;
      const trial = makeTrial(seed, number, corpus);
      if (keep !== undefined) writeFileSync(keep, trial.bytes);
      const started = performance.now();
      const outcome = await tryOut(trial, directory);
      tried++;
      cover(coverage, trial, outcome);
      const seconds = (performance.now() - started) / 1000;
      if (seconds > slowest.seconds) slowest = { seconds, number };
      const { specimen, mutations, command } = trial;
      const { reason } = outcome;
      const words = command.join(" ").replace("VERSION", trial.version);
      if (reason !== undefined) failures.push({ number, image: specimen.name, mutations, command: words, reason });
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return { tried, failures, slowest, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024), coverage };
}
