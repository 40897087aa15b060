/** One of several processes: gets a series, sends back what came of it. */
import { runSeries, type Series } from "./series.js";

process.once("message", async (series: Series) => {
  const result = await runSeries(series);
  process.send?.(result, () => process.disconnect());
});
