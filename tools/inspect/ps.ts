/** The tasks of an image as `ps` lists them. */
import type { Image } from "../image/image.js";
import { interruptedCallOf } from "../model/interrupted-call.js";
import { activityOf, type SystemCall } from "../model/system-call.js";
import { type Exit, exitOf, stateOf, type TaskState, waitOf } from "../model/task-state.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type MemorySize, memorySizeOf } from "./memory-size.js";

export interface ListedTask {
  readonly pid: number;
  readonly ppid: number;
  readonly tgid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Pids in the namespaces below that of the root task, outermost first. */
  readonly nested: readonly number[];
  readonly state: TaskState;
  /** Name of the task; undefined if the image ends before it. */
  readonly name: string | undefined;
  /** Whether the task is a thread other than the first of its process. */
  readonly isThread: boolean;
  /** Number of threads of its process. */
  readonly threads: number;
  /** How the task exited; undefined for a live task. */
  readonly exit: Exit | undefined;
  /** C name of the kind of call that the task resumes after a restart. */
  readonly wait: string | undefined;
  /** Name of that call, e.g. `poll`. */
  readonly resumes: string | undefined;
  /** The system call that the task was in. */
  readonly call: SystemCall | undefined;
  /** Size of the memory; undefined for tasks without an address space. */
  readonly memory: MemorySize | undefined;
  /** Object numbers of its address space, file table and others, which tasks may share; undefined for missing ones. */
  readonly addressSpace: number | undefined;
  readonly fileTable: number | undefined;
}

/** The tasks of an image in its order, generated on demand. */
export function* listTasks(image: Image, tasks: readonly Task[] = tasksOf(image)): Generator<ListedTask, void, void> {
  const threads = new Map<number, number>();
  for (const { tgid } of tasks) threads.set(tgid, (threads.get(tgid) ?? 0) + 1);
  const sizes = new Map<number, MemorySize>();
  const sizeOf = (objref: number | undefined): MemorySize | undefined => {
    const object = image.object(objref, "MM");
    if (objref === undefined || !object) return undefined;
    const size = sizes.get(objref) ?? memorySizeOf(image, object);
    sizes.set(objref, size);
    return size;
  };
  for (const task of tasks) {
    const addressSpace = task.objref("mm_objref");
    yield {
      pid: task.pid,
      ppid: task.ppid,
      tgid: task.tgid,
      pgid: task.pgid,
      sid: task.sid,
      nested: task.nested,
      state: stateOf(image, task),
      name: task.name,
      isThread: task.isThread,
      threads: threads.get(task.tgid) ?? 1,
      exit: exitOf(image, task),
      wait: waitOf(image, task),
      resumes: interruptedCallOf(image, task)?.call,
      call: activityOf(image, task)?.call,
      memory: sizeOf(addressSpace),
      addressSpace,
      fileTable: task.objref("files_objref"),
    };
  }
}
