/** Which task of one image is which of the other: tasks are the same by their pids, but for those of which the user knows better. */

import { UsageError } from "../errors/usage-error.js";
import { chooseTasks } from "../model/choose-task.js";
import { chosenTasks } from "../model/chosen-tasks.js";
import { nameOf, type TaskName } from "../model/sharing.js";
import type { Task } from "../model/tasks.js";
import type { Side } from "./side.js";

export interface TaskPair {
  readonly a: Task | undefined;
  readonly b: Task | undefined;
  /** Whether differences of it are wanted. */
  readonly chosen: boolean;
}

/** A pair of tasks that both images have. */
export interface BothTasks {
  readonly a: Task;
  readonly b: Task;
}

export function isBoth(pair: { a: Task | undefined; b: Task | undefined }): pair is BothTasks {
  return pair.a !== undefined && pair.b !== undefined;
}

/** How differences name the task. */
export function taskNameOf({ a, b }: Pick<TaskPair, "a" | "b">): TaskName {
  const task = (a ?? b) as Task;
  return { ...nameOf(task), name: task.name ?? b?.name };
}

/** Pids of the first image by those of the second, for tasks whose pids are not the same. */
export type PidMap = ReadonlyMap<number, number>;

export interface MatchOptions {
  /** Pids with commas between them; nothing means all tasks. */
  readonly task?: string | undefined;
  /** Tasks that are the same although their pids differ, by pid in the first image: the pid in the second. */
  readonly pids?: PidMap | undefined;
}

/**
 * All tasks of both images, in the order of their pids.
 *
 * @throws {UsageError} (`unknown-task`) when neither image has a task with a pid that was asked for
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

/** Tasks by pid. A task that the root task cannot see goes by its pids below; of several with the same pids, which no kernel has, each by its turn. */
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
 * What pids of the second image are in the first.
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
      try {
        chooseTasks(side.tasks, `${pid}`);
      } catch (error) {
        throw error instanceof UsageError
          ? new UsageError("unknown-task", `in image ${side.name}, ${error.message}`)
          : error;
      }
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
        for (const task of chosenTasks(tasks, pid)) chosen.add(task);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        missing.push(error);
      }
    if (missing.length === 2) throw new UsageError("unknown-task", `in both images: ${missing[0]?.message}`);
  }
  return chosen;
}
