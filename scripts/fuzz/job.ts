/** One of several processes: receives a series and sends back its result. Any further message asks it to stop. */
import { READY, runSeries, type Series } from "./series.js";

const stop = new AbortController();

// Ignored, because a terminal or a supervisor sends the signal to all processes; the parent process decides when to stop.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

process.on("disconnect", () => stop.abort());

process.once("message", async (series: Series) => {
  process.on("message", () => stop.abort());
  const result = await runSeries(series, stop.signal);
  process.send?.(result, () => process.disconnect());
});

process.send?.(READY);
