/** How two images differ as a whole, and their tasks side by side. */
import { pairTasks } from "../../../tools/diff/match.js";
import { Side } from "../../../tools/diff/side.js";
import type { KindSummary } from "../../../tools/diff/summary.js";
import type { Image } from "../../../tools/image/image.js";
import { type ListedTask, listTasks } from "../../../tools/inspect/ps.js";
import type { Task } from "../../../tools/model/tasks.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface ComparedImage {
  /** `version/arch` */
  readonly abi: string;
  /** Kernel, time and flags, as far as the image has them. */
  readonly facts: readonly string[];
  /** What the other image has and this one lacks, so that it was not compared. */
  readonly unknown: readonly string[];
  /** Tasks of the other image that were not compared, because this one ends before or within them. */
  readonly uncompared: readonly string[];
  /** Number of tasks. */
  readonly tasks: number;
}

/** A task of one of the images. */
export interface ComparedTask {
  readonly pid: number;
  readonly name: string;
  readonly isThread: boolean;
  readonly state: string;
  /** Bytes of memory in the image; undefined for a task without an address space. */
  readonly present: number | undefined;
}

export interface TaskPairRow {
  /** Undefined if the image has no such task. */
  readonly a: ComparedTask | undefined;
  readonly b: ComparedTask | undefined;
  /** Number of differences by kind. */
  readonly kinds: readonly (readonly [kind: string, count: number])[];
}

export interface ComparisonSummary {
  readonly a: ComparedImage;
  readonly b: ComparedImage;
  readonly total: number;
  readonly kinds: readonly KindSummary[];
  readonly tasks: readonly TaskPairRow[];
  /** Number of tasks that are not listed. */
  readonly leftOut: number;
}

/** Maximum number of pairs of tasks that are listed. */
const MAX_TASKS = 2000;

/** Undefined if no image was compared. */
export function comparison({ comparison }: Opened, _: null): ComparisonSummary | undefined {
  if (!comparison) return undefined;
  const { a, b, diff, pids } = comparison;
  const pairs = pairTasks(new Side("A", a), new Side("B", b), { pids });
  const kinds = new Map(diff.summary.tasks.map(({ task, kinds }) => [`${task.pid} ${task.name}`, kinds]));
  const listed = pairs.slice(0, MAX_TASKS);
  const [rowsA, rowsB] = [
    rowsOf(
      a,
      listed.map((pair) => pair.a),
    ),
    rowsOf(
      b,
      listed.map((pair) => pair.b),
    ),
  ];
  return {
    a: imageOf("a"),
    b: imageOf("b"),
    total: diff.summary.total,
    kinds: diff.summary.kinds,
    tasks: listed.map(({ a, b }, i) => {
      const task = (a ?? b) as Task;
      const own = kinds.get(`${task.pid} ${task.name ?? b?.name}`) ?? {};
      return { a: rowsA[i], b: rowsB[i], kinds: Object.entries(own) };
    }),
    leftOut: pairs.length - listed.length,
  };

  function imageOf(side: "a" | "b"): ComparedImage {
    const { abi, kernel, taken, flags, end, tasks } = diff[side];
    const name = side === "a" ? "A" : "B";
    const facts = [
      kernel === undefined ? [] : `Linux ${kernel}`,
      taken === undefined ? [] : `taken ${taken}`,
      flags.length === 0 ? [] : flags.join("|"),
      end === "damaged" ? "damaged" : end === "error" ? "ends with an error message" : [],
    ].flat();
    return {
      abi,
      facts: facts.map(shown),
      unknown: diff.unknown[name].map(shown),
      uncompared: diff.uncompared[name].map(shown),
      tasks,
    };
  }
}

function rowsOf(image: Image, tasks: readonly (Task | undefined)[]): (ComparedTask | undefined)[] {
  const there = tasks.filter((task) => task !== undefined);
  const rows = new Map<Task, ComparedTask>();
  for (const [i, listed] of [...listTasks(image, there)].entries()) rows.set(there[i] as Task, rowOf(listed));
  return tasks.map((task) => task && rows.get(task));
}

function rowOf({ pid, name = "?", isThread, state, memory }: ListedTask): ComparedTask {
  return { pid, name: shown(name), isThread, state: state.word, present: memory?.present };
}
