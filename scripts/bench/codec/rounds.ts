/** Times loops in short interleaved rounds, so that what disturbs the machine for a while disturbs all of them. */
import { Bench, type Task } from "tinybench";
import { median } from "../median.js";
import type { Loop } from "./loop.js";

const ROUNDS = 41;
/** Per loop, before the first round: long enough for the optimizing compiler to have its last word. */
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

/** Of the passes over all records that fit into a round: a pass that another process interrupted does not count. */
function medianMilliseconds(task: Task): number {
  task.reset();
  const { result } = task.runSync();
  if (result.state !== "completed") throw new Error(`${task.name} did not run: ${result.state}`);
  return result.latency.p50;
}

/** Median over the rounds of one time by the other in the same round. */
export function ratio(times: Times, base: Times): number {
  return median(times.map((time, round) => time / (base[round] as number)));
}
