/**
 * Counts steps: executions of the blocks of functions, as V8 counts them for coverage. The count is the same on every machine, however slow or busy,
 * so that a test can bound the work for an input. Work inside the engine, such as a regular expression, is one step.
 *
 * Only functions that have not been called yet can be counted by block, so a test imports this file before the code under test.
 */
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

const PROJECT = new URL("../", import.meta.url).href;

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** Number of steps in the project's own sources; those in packages and in Node are not counted. */
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

/** Whether a script is one of the project; the test runner names some modules by path instead of URL. */
function isOwn(url: string): boolean {
  const from = url.startsWith("/") ? fileURLToPath(PROJECT) : PROJECT;
  return url.startsWith(from) && !url.includes("/node_modules/") && !url.startsWith(`${from}test/`);
}
