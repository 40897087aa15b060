/** Pairs the tasks of two images: by pid, except where `--pair` says otherwise. */

import { UsageError } from "../errors/usage-error.js";
import { chooseTasks, unknownPid } from "../model/choose-tasks.js";
import { type TaskName, taskName } from "../model/sharing.js";
import type { Task } from "../model/tasks.js";
import type { Side } from "./side.js";

export interface TaskPair {
  readonly a: Task | undefined;
  readonly b: Task | undefined;
  /** Whether differences of the task are requested. */
  readonly chosen: boolean;
}

/** A pair of tasks that both images have. */
export interface BothTasks {
  readonly a: Task;
  readonly b: Task;
}

/** Names of the tasks of which differences are looked for; each comparison of a task needs its name. */
const names = new WeakMap<object, TaskName>();

export function isBoth(pair: { a: Task | undefined; b: Task | undefined }): pair is BothTasks {
  return pair.a !== undefined && pair.b !== undefined;
}

/** Name of the task in differences. */
export function taskNameOf(pair: Pick<TaskPair, "a" | "b">): TaskName {
  let name = names.get(pair);
  if (!name) {
    const { a, b } = pair;
    const task = (a ?? b) as Task;
    name = taskName(task);
    if (name.name === undefined) name = { ...name, name: b?.name };
    names.set(pair, name);
  }
  return name;
}

/** Pids in the second image by pid in the first, for tasks whose pids differ. */
export type PidMap = ReadonlyMap<number, number>;

export interface MatchOptions {
  /** Pids separated by commas; by default all tasks. */
  readonly task?: string | undefined;
  /** Tasks to pair although their pids differ: pid in the second image by pid in the first. */
  readonly pids?: PidMap | undefined;
}

/**
 * All tasks of both images, in the order of their pids.
 *
 * @throws {UsageError} (`unknown-task`) when neither image has a task with a selected pid
 */
export function pairTasks(a: Side, b: Side, { task: selection, pids = new Map() }: MatchOptions): TaskPair[] {
  const chosen = selection === undefined ? undefined : chosenIn(a, b, selection);
  const [keysA, keysB] = [keyed(a.tasks), keyed(b.tasks, translation(a, b, pids))];
  const keys = [...new Set([...keysA.keys(), ...keysB.keys()])];
  const pairs = keys.map((key) => ({ a: keysA.get(key), b: keysB.get(key) }));
  pairs.sort((one, other) => inOrder((one.a ?? one.b) as Task, (other.a ?? other.b) as Task));
  return pairs.map((pair) => ({
    ...pair,
    chosen: !chosen || [pair.a, pair.b].some((task) => task !== undefined && chosen.has(task)),
  }));
}

function inOrder(one: Task, other: Task): number {
  return one.pid - other.pid || (one.nested[0] ?? 0) - (other.nested[0] ?? 0);
}

/**
 * Tasks by pid. A task that is not visible in the root task's namespace is identified by its nested pids; tasks with the same pids, which no kernel
 * has, by their order.
 */
function keyed(tasks: readonly Task[], translated: PidMap = new Map()): Map<string, Task> {
  const keys = new Map<string, Task>();
  const turns = new Map<string, number>();
  for (const task of tasks) {
    const pids = task.pid > 0 ? `${translated.get(task.pid) ?? task.pid}` : `0/${task.nested.join("/")}`;
    const turn = turns.get(pids) ?? 0;
    turns.set(pids, turn + 1);
    keys.set(`${pids}#${turn}`, task);
  }
  return keys;
}

/**
 * Pids in the first image by pid in the second.
 *
 * @throws {UsageError} (`unknown-task`) when an image has no task with such a pid
 */
function translation(a: Side, b: Side, pids: PidMap): PidMap {
  const translated = new Map<number, number>();
  for (const [one, other] of pids) {
    for (const [side, pid] of [
      [a, one],
      [b, other],
    ] as const)
      if (!side.tasks.some((task) => task.pid === pid))
        throw new UsageError("unknown-task", `in image ${side.name}, ${unknownPid(side.tasks, pid).message}`);
    translated.set(other, one);
  }
  return translated;
}

function chosenIn(a: Side, b: Side, selection: string): Set<Task> {
  const chosen = new Set<Task>();
  for (const pid of selection.split(",")) {
    const missing: UsageError[] = [];
    for (const { tasks } of [a, b])
      try {
        for (const task of chooseTasks(tasks, pid)) chosen.add(task);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        missing.push(error);
      }
    if (missing.length === 2) throw new UsageError("unknown-task", `in both images: ${missing[0]?.message}`);
  }
  return chosen;
}
