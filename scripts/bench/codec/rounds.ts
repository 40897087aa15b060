/** Times loops in short interleaved rounds, so that temporary load on the machine affects all of them. */
import { Bench, type Task } from "tinybench";
import { median } from "../median.js";
import type { Loop } from "./loop.js";

const ROUNDS = 41;
/** Warm-up time per loop before the first round: long enough for the optimizing compiler to finish. */
const WARMUP_MS = 250;
const ROUND_MS = 5;

/** Nanoseconds per record, one per round. */
export type Times = readonly number[];

/** Times every loop over `count` records. */
export function measure(loops: ReadonlyMap<string, Loop>, count: number): Map<string, Times> {
  const bench = new Bench({ time: ROUND_MS, iterations: 2, warmup: true, warmupTime: WARMUP_MS, throws: true });
  for (const [name, { run }] of loops) bench.add(name, () => run(0, count));
  for (const task of bench.tasks) task.warmupSync();
  const times = new Map(bench.tasks.map((task): [string, number[]] => [task.name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const task of bench.tasks) times.get(task.name)?.push((medianMilliseconds(task) * 1e6) / count);
  return times;
}

/** Median over the passes over all records in a round, so that a pass interrupted by another process does not count. */
function medianMilliseconds(task: Task): number {
  task.reset();
  const { result } = task.runSync();
  if (result.state !== "completed") throw new Error(`${task.name} did not run: ${result.state}`);
  return result.latency.p50;
}

/** Median over the rounds of the ratio of two times in the same round. */
export function ratio(times: Times, base: Times): number {
  return median(times.map((time, round) => time / (base[round] as number)));
}
