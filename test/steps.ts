/**
 * Counts steps: how often the blocks of functions are executed, as V8 counts them for coverage. That is the same on every machine, however slow or
 * busy, so that a test can bound the work that an input costs. What is done inside of the engine, as in a regular expression, is one step.
 *
 * Only functions that have not been called yet can be counted in blocks. So a test imports this file before what it is about.
 */
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

const PROJECT = new URL("../", import.meta.url).href;

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** Steps of the project's own sources; those of packages and of Node are left out. */
export async function stepsOf(work: () => unknown): Promise<number> {
  await session.post("Profiler.takePreciseCoverage");
  await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const own = result.filter(({ url }) => isOwn(url));
  return own
    .flatMap(({ functions }) => functions)
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { count }) => sum + count, 0);
}

/** The runner of the tests gives some modules by their path. */
function isOwn(url: string): boolean {
  const from = url.startsWith("/") ? fileURLToPath(PROJECT) : PROJECT;
  return url.startsWith(from) && !url.includes("/node_modules/") && !url.startsWith(`${from}test/`);
}
