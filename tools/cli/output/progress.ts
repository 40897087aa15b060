/** A progress bar on a terminal for operations that take longer than a second. */
import { performance } from "node:perf_hooks";
import type { SingleBar } from "cli-progress";
import type { Progress } from "../../image/bytes/progress.js";
import { byteCount } from "./byte-count.js";
import type { Streams } from "./streams.js";
import { isNoTerminal } from "./terminal.js";

/** Milliseconds before the bar appears. */
const PATIENCE = 1000;

const STANDARD_ERROR = 2;

/** Width of the bar in characters, so that the line fits a usual terminal. */
const BAR = 24;

interface ProgressBar {
  /** Updates the bar with bytes done and bytes in total; the total is NaN if it is not known. */
  readonly report: Progress;
  /** Removes the bar; the next report shows it again. */
  end(this: void): void;
}

/**
 * A progress bar on the standard error; it shows nothing if that is not a terminal.
 *
 * @param what the current operation, e.g. `reading`
 */
export async function progressBar(streams: Streams, what: string): Promise<ProgressBar> {
  if (
    isNoTerminal(STANDARD_ERROR) ||
    !streams.err.isTTY ||
    streams.err !== process.stderr ||
    streams.env.TERM === "dumb"
  )
    return { report() {}, end() {} };
  const { default: progress } = await import("cli-progress");
  const started = performance.now();
  let bar: SingleBar | undefined;
  return {
    report(done, total) {
      const seconds = (performance.now() - started) / 1000;
      if (seconds * 1000 < PATIENCE) return;
      const known = Number.isFinite(total);
      const facts = { what, done: byteCount(done), size: byteCount(total), rate: byteCount(done / seconds) };
      if (bar) {
        bar.update(done, facts);
        return;
      }
      const format = known
        ? "{what} {bar} {percentage}% of {size}, {rate}/s, {eta_formatted} left"
        : "{what} {done}, {rate}/s";
      bar = new progress.SingleBar(
        {
          format,
          barsize: BAR,
          stream: process.stderr,
          clearOnComplete: true,
          // After an interrupt the terminal must be as it was.
          hideCursor: false,
          linewrap: true,
          synchronousUpdate: true,
        },
        progress.Presets.shades_classic,
      );
      bar.start(known ? total : 0, done, facts);
    },
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}
