/** Compares tasks: their existence, place in the process tree, names and activity. */
import type { Task } from "../model/tasks.js";
import { changeOf, type Difference, type FieldChange, loneFields } from "./difference.js";
import { compareFields } from "./fields.js";
import { structAt } from "./leaves.js";
import { type BothTasks, type TaskPair, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import type { Side } from "./side.js";

/** A task that only one image has. */
export function* compareExistence(pass: Pass, pair: TaskPair): Generator<Difference, void, void> {
  const task = (pair.a ?? pair.b) as Task;
  const change = pair.a ? "removed" : "added";
  const missing = pair.a ? pass.b : pass.a;
  if (missing.isCut(missing.image.root.find("BUFFER", "pids"))) {
    pass.unknown.addTask(missing.name, `task ${task.pid}`);
    return;
  }
  const fields = loneFields(change, [
    ["comm", task.name],
    ...PIDS.map(([field, member]) => [field, `${task[member]}`] as const),
  ]);
  yield { kind: "task", change, task: taskNameOf(pair), what: "", fields };
}

/** Fields of the pid array. */
const PIDS = [
  ["vppid", "ppid"],
  ["vtgid", "tgid"],
  ["vpgid", "pgid"],
  ["vsid", "sid"],
] as const;

/** The length of the name is a constant of the kernel. */
const COUNTS: ReadonlySet<string> = new Set(["task_comm_len"]);

export function* compareTask(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const { a, b } = tasks;
  const task = taskNameOf(tasks);
  const fields = [
    ...names(pass, tasks),
    ...PIDS.flatMap(([field, member]) =>
      isSamePid(pass, a[member], b[member]) ? [] : changeOf(field, `${a[member]}`, `${b[member]}`),
    ),
    ...rootSession(pass, tasks),
    ...changeOf("depth", `${a.depth}`, `${b.depth}`),
    ...(a.nested.length + b.nested.length > 0 ? changeOf("nested pids", a.nested.join(" "), b.nested.join(" ")) : []),
    ...recordChanges(pass, tasks, "TASK", "task"),
    ...recordChanges(pass, tasks, "RESTART_BLOCK", "restart_block").map(({ field, ...values }) => ({
      field: `restart_block.${field}`,
      ...values,
    })),
  ];
  if (fields.length > 0) yield { kind: "task", change: "changed", task, what: "", fields };
}

function names(pass: Pass, tasks: BothTasks): FieldChange[] {
  if (pass.haveSameSection(tasks)) return [];
  const [old, current] = [tasks.a.name, tasks.b.name];
  return old === undefined || current === undefined ? [] : changeOf("comm", old, current);
}

/** The session outside of the namespace of the root task. Without namespaces it is `vsid` again, and not reported twice. */
function rootSession(pass: Pass, { a, b }: BothTasks): FieldChange[] {
  const [old, current] = [a.rootSid, b.rootSid];
  if (old === undefined || current === undefined || isSamePid(pass, old, current)) return [];
  return old === a.sid && current === b.sid ? [] : changeOf("rsid", `${old}`, `${current}`);
}

function isSamePid({ setting }: Pass, a: number, b: number): boolean {
  return a === b || setting.pids.get(a) === b;
}

/** Compares fields of a record that belongs only to a task. */
export function recordChanges(pass: Pass, tasks: BothTasks, record: string, of: string): FieldChange[] {
  const isSame = pass.haveSameSection(tasks);
  const one = isSame ? undefined : structAt(pass.a.image, tasks.a.record(record));
  const other = isSame ? undefined : structAt(pass.b.image, tasks.b.record(record));
  if (one && other) return compareFields(one, other, pass.unknown, { of, except: COUNTS });
  remarkMissing(pass, record, of);
  return [];
}

/** Remarks that a version does not save such records. */
export function remarkMissing({ a, b, unknown }: Pass, record: string, what: string): void {
  for (const side of [a, b]) if (!side.hasRecord(record)) unknown.add(side.name, what);
}

/** Remarks what is missing because of the damage of an image. */
export function remarkUnread(pass: Pass, { a, b }: BothTasks): void {
  for (const [side, task] of [
    [pass.a, a],
    [pass.b, b],
  ] as const)
    if (isUnread(side, task)) pass.unknown.addTask(side.name, `${task.section ? "a part of " : ""}task ${task.pid}`);
}

/** Whether the image ends before or within the section of a task. */
export function isUnread(side: Side, task: Task): boolean {
  return side.isCut(task.section);
}
