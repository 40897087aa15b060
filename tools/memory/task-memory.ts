/** The memory of tasks by pid. */

import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { Image } from "../image/image.js";
import { chooseTasks } from "../model/choose-tasks.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { ImageMemory, type ProcessMemory } from "./memory.js";

export interface TaskMemory {
  readonly task: Task;
  /** Selected tasks that share the memory, including the task itself. */
  readonly sharedBy: readonly Task[];
  readonly memory: ProcessMemory;
}

export interface MemoryOfTasks {
  readonly shared: ImageMemory;
  /** All tasks of the image. */
  readonly tasks: readonly Task[];
  /** Each address space once, with the first of the chosen tasks that has it. */
  readonly chosen: readonly TaskMemory[];
}

/**
 * The memory of the selected tasks, each address space once.
 *
 * @param selection pids separated by commas; undefined selects all tasks
 * @throws {UsageError} (`unknown-task`) when there is no such task
 * @throws {RefusalError} (`no-memory`) when a selected task has no memory
 */
export function memoryOfTasks(image: Image, selection: string | undefined): MemoryOfTasks {
  const tasks = tasksOf(image);
  const shared = new ImageMemory(image);
  const byObjref = new Map<number, { task: Task; sharedBy: Task[]; memory: ProcessMemory }>();
  for (const task of chooseTasks(tasks, selection)) {
    const objref = task.objref("mm_objref") ?? unfinished(task);
    const known = objref === undefined ? undefined : byObjref.get(objref);
    const memory = known?.memory ?? shared.of(objref);
    if (known) known.sharedBy.push(task);
    else if (memory) byObjref.set(objref as number, { task, sharedBy: [task], memory });
    else if (selection !== undefined) throw new RefusalError("no-memory", whyNoMemory(task, image));
  }
  return { shared, tasks, chosen: [...byObjref.values()] };
}

/**
 * The memory of one task. Without a selection, that of all tasks, if they all share it.
 *
 * @throws {UsageError} (`unknown-task`) when there is no such task, or the tasks do not share their memory
 * @throws {RefusalError} (`no-memory`) when the task has no memory
 */
export function memoryOfTask(image: Image, selection: string | undefined): MemoryOfTasks & TaskMemory {
  const found = memoryOfTasks(image, selection);
  const [only, ...others] = found.chosen;
  if (!only) throw new RefusalError("no-memory", "the image has no task with memory");
  const pids = selection === undefined ? found.chosen.map(({ task }) => task.pid) : selection.split(",");
  if (others.length > 0 || pids.length > 1) {
    const listed = pids.slice(0, MAX_NAMED_PIDS).join(", ") + (pids.length > MAX_NAMED_PIDS ? " and more" : "");
    throw new UsageError("unknown-task", `one task is needed; name it with --task, e.g. one of ${listed}`);
  }
  return { ...found, ...only };
}

/** The address space in which damage ends the image, before the record that would refer to it. */
function unfinished({ section }: Task): number | undefined {
  if (!section || section.search("TASK_OBJS")) return undefined;
  for (const { object } of section) if (object?.type === "MM") return object.objref;
  return undefined;
}

/** Maximum number of pids that a message names. */
const MAX_NAMED_PIDS = 8;

/** Why a task has no memory, for a message. */
export function whyNoMemory({ pid, isZombie }: Task, { end, problems }: Image): string {
  if (isZombie) return `task ${pid} has exited and has no memory any more`;
  const damage = end === "damaged" ? problems.at(-1) : undefined;
  const why = damage ? `; it is damaged at offset ${damage.offset}, and what comes after that cannot be read` : "";
  return `the image has no memory of task ${pid}${why}`;
}
