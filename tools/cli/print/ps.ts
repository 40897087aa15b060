/** Prints tasks as `ps` does. */
import type { Image } from "../../image/image.js";
import { branchesOf } from "../../inspect/process-tree.js";
import { type ListedTask, listTasks } from "../../inspect/ps.js";
import { treePrefix } from "../../inspect/tree-lines.js";
import { ImageMemory } from "../../memory/memory.js";
import { exitText } from "../../model/task-state.js";
import type { Task } from "../../model/tasks.js";
import { argumentsOf, type Strings } from "../../start/strings.js";
import type { ShownTasks } from "../frame/inspect.js";
import { NO_TASKS } from "../output/blocks.js";
import { byteCount } from "../output/byte-count.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

export function printTasks(
  image: Image,
  streams: Streams,
  { all: tasks }: ShownTasks,
  { forest, nested, json }: { readonly forest?: true; readonly nested?: true; readonly json?: true },
): void {
  const commands = new Commands(image);
  if (json) {
    writeJson(streams.out, tasksJson(image, tasks, commands));
    return;
  }
  if (tasks.length === 0) {
    streams.out.write(`${NO_TASKS}\n`);
    return;
  }
  const columns: TableColumn[] = [
    ...["PID", "PPID"].map((title) => ({ title, align: "right" as const })),
    ...["TGID", "PGID", "SID"].map((title) => ({ title, align: "right" as const, minor: true as const })),
    ...(nested ? [{ title: "NESTED" }] : []),
    { title: "STATE" },
    { title: "THREADS", align: "right", minor: true },
    { title: "SIZE", align: "right", minor: true },
    { title: "IN IMAGE", align: "right", minor: true },
    { title: "CALL", minor: true },
    { title: "NAME" },
    { title: "COMMAND" },
  ];
  const row = (task: ListedTask, prefix: string): Cell[] => [
    task.pid,
    task.ppid,
    task.tgid,
    task.pgid,
    task.sid,
    ...(nested ? [task.nested.join(",") || undefined] : []),
    task.state.letter,
    task.threads,
    task.memory && byteCount(task.memory.virtualSize),
    task.memory && byteCount(task.memory.present),
    whatItDoes(task),
    prefix + nameText(task),
    commands.textOf(task),
  ];
  const rows = function* () {
    const listed = listTasks(image, tasks);
    if (forest) for (const branch of branchesOf([...listed])) yield row(branch.task, treePrefix(branch));
    else for (const task of listed) yield row(task, "");
  };
  printTable(streams, columns, rows());
}

function nameText({ name = "?", isThread }: ListedTask): string {
  return isThread ? `{${name}}` : name;
}

/** The system call that the task was in; for `restart_syscall`, the name of the call that it resumes. */
function whatItDoes({ exit, call, resumes, wait }: ListedTask): string | undefined {
  if (exit) return exitText(exit);
  if (call && call.name !== "restart_syscall") return call.name ?? `call ${call.number}`;
  return resumes ?? wait ?? call?.name;
}

/** Maximum number of bytes of the arguments that are read: a page, as `/proc/PID/cmdline` of Linux 2.6.30 to 3.0 has. */
const MAX_ARGUMENT_BYTES = 4096;

/** Arguments of tasks, read once per address space. */
class Commands {
  private readonly memory: ImageMemory;
  private readonly known = new Map<number, Strings>();

  constructor(image: Image) {
    this.memory = new ImageMemory(image);
  }

  /** The arguments of a task; undefined if it has no address space. */
  argumentsOf({ addressSpace }: ListedTask): Strings | undefined {
    const known = addressSpace === undefined ? undefined : this.known.get(addressSpace);
    const memory = known ? undefined : this.memory.of(addressSpace);
    if (addressSpace === undefined || !memory) return known;
    const found = argumentsOf(memory, MAX_ARGUMENT_BYTES);
    this.known.set(addressSpace, found);
    return found;
  }

  /** The command line as `ps` shows it: the name in brackets if the arguments are not available. Threads have those of their process. */
  textOf(task: ListedTask): string {
    if (task.isThread) return "";
    const text = this.argumentsOf(task)?.texts.join(" ").trimEnd();
    return text || `[${task.name ?? "?"}]`;
  }
}

function* tasksJson(image: Image, tasks: readonly Task[], commands: Commands): Generator<object, void, void> {
  for (const task of listTasks(image, tasks)) {
    const found = commands.argumentsOf(task);
    yield {
      ...task,
      arguments: found?.missing && found.texts.length === 0 ? undefined : found?.texts,
      argumentsMissing: found?.missing,
    };
  }
}
