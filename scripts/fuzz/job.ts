/** One of several processes: gets a series, sends back what came of it. Any further message says that it is to stop. */
import { READY, runSeries, type Series } from "./series.js";

const stop = new AbortController();

// A terminal sends it to all processes at once, and a supervisor as well; the one that shares out the work says when to stop.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

process.on("disconnect", () => stop.abort());

process.once("message", async (series: Series) => {
  process.on("message", () => stop.abort());
  const result = await runSeries(series, stop.signal);
  process.send?.(result, () => process.disconnect());
});

process.send?.(READY);
