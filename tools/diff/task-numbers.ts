/** The object numbers in the sections of all tasks, in columns: each comparison needs some of them, and an image may have many thousand tasks. */
import type { Image } from "../image/image.js";
import { RowFields } from "../image/row-fields.js";
import type { Task, TaskObjectField } from "../model/tasks.js";

/** The fields to read by record. The first record of that name in a section counts. */
const FIELDS = {
  TASK: ["exit_state"],
  TASK_OBJS: [
    "files_objref",
    "mm_objref",
    "fs_objref",
    "sem_undo_objref",
    "sighand_objref",
    "signal_objref",
  ] satisfies TaskObjectField[],
  TASK_CREDS: ["cred_ref", "ecred_ref"],
  TASK_NS: ["ns_objref"],
  SIGNAL: ["tty_objref"],
} as const;

export type TaskNumber = (typeof FIELDS)[keyof typeof FIELDS][number];

const NAMES: readonly TaskNumber[] = Object.values(FIELDS).flat();
const WIDTH = NAMES.length;
const COLUMNS = Object.fromEntries(NAMES.map((name, column) => [name, column])) as Readonly<Record<TaskNumber, number>>;

export class TaskNumbers {
  /** One row per task in the order of the tasks, one column per number; NaN for a number that the image does not have. */
  private readonly numbers: Float64Array;

  constructor(image: Image, tasks: readonly Task[]) {
    this.numbers = new Float64Array(tasks.length * WIDTH).fill(Number.NaN);
    const readers = new Map<unknown, Reader>();
    for (const [record, paths] of Object.entries(FIELDS)) {
      const kind = image.format.kind(record);
      const column = COLUMNS[paths[0]];
      if (kind)
        readers.set(kind, {
          column,
          fields: new RowFields(image, record, paths),
          count: paths.length,
          task: undefined,
        });
    }
    for (const task of tasks) this.read(image, task, readers);
  }

  /** A number of a task; undefined if its section has no such record, or the version no such field. */
  get(task: Task, name: TaskNumber): number | undefined {
    const number = this.numbers[task.index * WIDTH + COLUMNS[name]] as number;
    return Number.isNaN(number) ? undefined : number;
  }

  private read({ table }: Image, task: Task, readers: ReadonlyMap<unknown, Reader>): void {
    if (!task.section) return;
    const { index, endIndex } = task.section;
    for (let row = index + 1; row < endIndex; ) {
      const { object, kind } = table.roleOf(row);
      const reader = kind && readers.get(kind);
      if (reader && reader.task !== task) {
        reader.task = task;
        const { fields, count, column } = reader;
        const at = task.index * WIDTH + column;
        fields.read(row);
        for (let i = 0; i < count; i++) this.numbers[at + i] = fields.number(i) ?? Number.NaN;
      }
      row = object ? table.end(row) : row + 1;
    }
  }
}

interface Reader {
  /** The first column of the fields. */
  readonly column: number;
  readonly fields: RowFields;
  readonly count: number;
  /** The task in whose section a record was read last. */
  task: Task | undefined;
}
