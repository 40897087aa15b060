/** The tasks of an image: their place in the process tree, and their records. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type PidEntry, readPidEntries } from "./pids.js";
import { recordText } from "./record-text.js";

export class Task implements PidEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly tgid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly rootSid: number | undefined;
  readonly depth: number;
  readonly nested: readonly number[];

  constructor(
    private readonly image: Image,
    /** Index in the pid array, from 0. */
    readonly index: number,
    entry: PidEntry,
    /** The section of the task; undefined if the image ends before it. */
    readonly section: TreeNode | undefined,
  ) {
    this.pid = entry.pid;
    this.ppid = entry.ppid;
    this.tgid = entry.tgid;
    this.pgid = entry.pgid;
    this.sid = entry.sid;
    this.rootSid = entry.rootSid;
    this.depth = entry.depth;
    this.nested = entry.nested;
  }

  /** Whether the task is a thread other than the first of its process. */
  get isThread(): boolean {
    return this.pid !== this.tgid;
  }

  /** Name up to its first NUL; undefined if the image ends before it. */
  get name(): string | undefined {
    return recordText(this.image, this.section?.find("STRING", "task_name"));
  }

  /** Whether the task has exited and its parent has not read its exit code. */
  get isZombie(): boolean {
    return (this.number("TASK", "exit_state") ?? 0) !== 0;
  }

  /** A record of the section that belongs only to this task, e.g. `CPU`; shared objects are found by their numbers. */
  record(name: string, label?: string): TreeNode | undefined {
    return this.section?.search(name, label);
  }

  /** A field of such a record; undefined if this version or this task has none. */
  number(record: string, path: string): number | undefined {
    const node = this.record(record);
    return node && this.image.fields(node).number(path);
  }

  /** Number of an object that tasks may share, e.g. `mm_objref`; undefined if the task has none. */
  objref(field: TaskObjectField): number | undefined {
    return this.number("TASK_OBJS", field) || undefined;
  }
}

/** Fields of TASK_OBJS. Older versions have fewer. */
export type TaskObjectField =
  | "files_objref"
  | "mm_objref"
  | "fs_objref"
  | "sem_undo_objref"
  | "sighand_objref"
  | "signal_objref";

/**
 * Maximum number of tasks that are listed although the image ends before their sections. It is the default number of pids in Linux 2.6.30 to 3.0; the
 * count in a damaged image may be arbitrary.
 */
const MAX_TASKS_WITHOUT_SECTION = 32768;

/** All tasks, in the order of the pid array. */
export function tasksOf(image: Image): Task[] {
  const sections = image.root.rules("task");
  const entries = readPidEntries(image, sections.length + MAX_TASKS_WITHOUT_SECTION);
  return entries.map((entry, index) => new Task(image, index, entry, sections[index]));
}
