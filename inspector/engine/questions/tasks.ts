/** The tasks of an image as a tree. */

import type { Image } from "../../../tools/image/image.js";
import { branchesOf } from "../../../tools/inspect/process-tree.js";
import { type ListedTask, listTasks } from "../../../tools/inspect/ps.js";
import { activityOf } from "../../../tools/model/system-call.js";
import type { Task } from "../../../tools/model/tasks.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface TaskRow {
  readonly pid: number;
  readonly ppid: number;
  readonly tgid: number;
  readonly name: string;
  readonly isThread: boolean;
  readonly state: string;
  /** What it did: `in poll`; undefined if that is not known. */
  readonly activity: string | undefined;
  /** Position of the parent in the list, which is before this one; -1 for a root. */
  readonly parent: number;
  /** Number of tasks between the root and this one. */
  readonly depth: number;
  /** Bytes of addresses, and of memory in the image; undefined for a task without an address space. */
  readonly memory: { readonly size: bigint; readonly present: number } | undefined;
  /** Object numbers; undefined if the task has none. */
  readonly addressSpace: number | undefined;
  readonly fileTable: number | undefined;
}

/** Maximum number of tasks: Linux of that time has 32,768 pids by default. */
const MAX_TASKS = 40_000;

/** Parents before children, threads before processes. */
export function tasks({ image, tasks: all }: Opened, _: null): TaskRow[] {
  const listed = [...listTasks(image, all.slice(0, MAX_TASKS))];
  const tasksOf = new Map(listed.map((one, i) => [one, all[i]]));
  const places = new Map<object, number>();
  return [...branchesOf(listed)].map((branch, place) => {
    places.set(branch, place);
    const { task, depth, parent } = branch;
    const { pid, ppid, tgid, name = "?", isThread, state, memory, addressSpace, fileTable } = task;
    return {
      pid,
      ppid,
      tgid,
      name: shown(name),
      isThread,
      state: state.word,
      activity: activityText(image, task, tasksOf.get(task)),
      parent: parent ? (places.get(parent) ?? -1) : -1,
      depth,
      memory: memory && { size: memory.virtualSize, present: memory.present },
      addressSpace,
      fileTable,
    };
  });
}

function activityText(image: Image, { call, resumes }: ListedTask, task: Task | undefined): string | undefined {
  const name = call?.name ?? resumes;
  if (name !== undefined) return `in ${name}`;
  return task && activityOf(image, task)?.mode === "user" ? "in user mode" : undefined;
}
