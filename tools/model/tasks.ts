/** The tasks of an image: who they are in the process tree, and where the rest about them stands. */
import { decodeText } from "../image/abi/c-text.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type PidEntry, readPidEntries } from "./pids.js";

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
    /** Place in the pid array, from 0. */
    readonly index: number,
    entry: PidEntry,
    /** The section of the task; undefined when the image ends before it. */
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

  /** Whether it is a further thread of a process and not its first one. */
  get isThread(): boolean {
    return this.pid !== this.tgid;
  }

  /** Name up to its first NUL; undefined when the image ends before it. */
  get name(): string | undefined {
    const range = this.section?.find("STRING", "task_name")?.record?.payload;
    return (
      range && decodeText(windowBytes(this.image.source, range.start, Math.min(range.end - range.start, NAME_ROOM)))
    );
  }

  /** It has exited, and its parent has not asked for its exit code. */
  get isZombie(): boolean {
    return (this.number("TASK", "exit_state") ?? 0) !== 0;
  }

  /** A record of the section that belongs to the task alone, e.g. `CPU`; objects that it shares are found by their numbers. */
  record(name: string, label?: string): TreeNode | undefined {
    return this.section?.search(name, label);
  }

  /** A field of such a record; undefined when this version or this task has none. */
  number(record: string, path: string): number | undefined {
    const node = this.record(record);
    return node && this.image.fields(node).number(path);
  }

  /** Number of an object that the task may share, e.g. `mm_objref`; undefined when it has none. */
  objref(field: SharedObject): number | undefined {
    return this.number("TASK_OBJS", field) || undefined;
  }
}

/** Fields of TASK_OBJS. Older versions have fewer. */
export type SharedObject =
  | "files_objref"
  | "mm_objref"
  | "fs_objref"
  | "sem_undo_objref"
  | "sighand_objref"
  | "signal_objref";

/** No kernel has longer names; what a hostile image puts there is cut off. */
const NAME_ROOM = 256;

/**
 * Tasks that are listed although the image ends before their sections. A kernel of that time has no more pids by default, and the count in a
 * damaged image may be anything.
 */
const MOST_WITHOUT_SECTION = 32768;

/** All tasks, in the order of the pid array. */
export function tasksOf(image: Image): Task[] {
  const sections = image.root.rules("task");
  const entries = readPidEntries(image, sections.length + MOST_WITHOUT_SECTION);
  return entries.map((entry, index) => new Task(image, index, entry, sections[index]));
}
