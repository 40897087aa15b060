/** Processes of an image for a core: their live threads, the requested one first, and their memory. */

import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { Image } from "../image/image.js";
import { refuseDamage } from "../image/refuse-damage.js";
import { ImageMemory, type ProcessMemory } from "../memory/memory.js";
import { whyNoMemory } from "../memory/task-memory.js";
import { chooseTasks, tasksWithPids } from "../model/choose-tasks.js";
import { type Task, tasksOf } from "../model/tasks.js";

export interface CoreProcess {
  readonly image: Image;
  /** Live threads; debuggers show the first one first. */
  readonly threads: readonly [Task, ...Task[]];
  /** The thread whose pid is that of the process; undefined if it exited before the others. */
  readonly leader: Task | undefined;
  /** Pid of the process. */
  readonly pid: number;
  readonly memory: ProcessMemory;
}

/**
 * All processes with memory, in the order of the image.
 *
 * @throws {InputError} (`damaged-image`) when the image is damaged
 */
export function processesOf(image: Image): CoreProcess[] {
  refuseDamage(image);
  const memory = new ImageMemory(image);
  return groupsOf(image).flatMap((group) => processOf(image, memory, group, undefined) ?? []);
}

/**
 * The process of a task, with that task as its first thread. Without a selection, the only process with memory.
 *
 * @param selection a pid, or the text of one
 * @throws {UsageError} (`unknown-task`) when there is no such task, or several processes of which none is chosen
 * @throws {RefusalError} (`no-memory`) when the task has no memory, or no task has
 * @throws {InputError} (`damaged-image`) when the image is damaged
 */
export function processOfTask(image: Image, selection: string | number | undefined): CoreProcess {
  if (selection === undefined) return onlyProcess(image);
  refuseDamage(image);
  const tasks = tasksOf(image);
  const [task, ...others] =
    typeof selection === "number" ? tasksWithPids(tasks, new Set([selection])) : chooseTasks(tasks, selection);
  if (!task || others.length > 0)
    throw new UsageError("unknown-task", "a core is of one process; name one task, or ask for all processes");
  const group = groupsOf(image).find(({ tasks }) => tasks.some(({ index }) => index === task.index));
  const process = group && processOf(image, new ImageMemory(image), group, task);
  if (!process) throw new RefusalError("no-memory", whyNoMemory(task, image));
  return process;
}

function onlyProcess(image: Image): CoreProcess {
  const [only, ...others] = processesOf(image);
  if (!only) throw new RefusalError("no-memory", "the image has no task with memory");
  if (others.length > 0) {
    const pids = [only, ...others.slice(0, MAX_NAMED_PIDS - 1)].map(({ pid }) => pid).join(", ");
    const more = others.length >= MAX_NAMED_PIDS ? " and more" : "";
    throw new UsageError("unknown-task", `the image has several processes; name one by a pid, such as ${pids}${more}`);
  }
  return only;
}

/** Maximum number of pids that a message names. */
const MAX_NAMED_PIDS = 8;

interface ThreadGroup {
  readonly tasks: Task[];
}

/** Tasks by process. Pids that are not visible in the namespace of the root task are 0 and identify nothing. */
function groupsOf(image: Image): ThreadGroup[] {
  const byPid = new Map<number, ThreadGroup>();
  return tasksOf(image).flatMap((task) => {
    const known = task.tgid > 0 ? byPid.get(task.tgid) : undefined;
    if (known) {
      known.tasks.push(task);
      return [];
    }
    const group = { tasks: [task] };
    if (task.tgid > 0) byPid.set(task.tgid, group);
    return [group];
  });
}

/** The process of a group of tasks; undefined if no task of the group has memory. */
function processOf(
  image: Image,
  memory: ImageMemory,
  { tasks }: ThreadGroup,
  interesting: Task | undefined,
): CoreProcess | undefined {
  const live = tasks.filter((task) => !task.isZombie);
  const leader = live.find(({ isThread }) => !isThread);
  const first = live.find(({ index }) => index === interesting?.index) ?? leader ?? live[0];
  const objref = first?.objref("mm_objref");
  const space = memory.of(objref);
  if (!first || !space) return undefined;
  // Threads of a process share one address space; a core cannot hold anything else.
  const others = live.filter((task) => task !== first && task.objref("mm_objref") === objref);
  return { image, threads: [first, ...others], leader, pid: first.tgid || first.pid, memory: space };
}
