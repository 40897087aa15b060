/** Prints tasks as `ps` does. */
import type { Image } from "../../image/image.js";
import { branchesOf } from "../../inspect/process-tree.js";
import { type ListedTask, listTasks } from "../../inspect/ps.js";
import { shortName } from "../../inspect/short-name.js";
import { exitText } from "../../inspect/task-state.js";
import { treePrefix } from "../../inspect/tree-lines.js";
import { type Task, tasksOf } from "../../model/tasks.js";
import { byteCount } from "../byte-count.js";
import { writeJson } from "../json-stream.js";
import type { Streams } from "../streams.js";
import { type Cell, type Column, printTable } from "../table.js";
import type { PsOptions } from "./ps.js";

export function printTasks(image: Image, streams: Streams, { forest, nested, json }: PsOptions): void {
  if (json) {
    writeJson(streams.out, listTasks(image));
    return;
  }
  const tasks = tasksOf(image);
  if (tasks.length === 0) {
    streams.out.write("no tasks in this image\n");
    return;
  }
  const columns: Column[] = [
    ...["PID", "PPID"].map((title) => ({ title, align: "right" as const })),
    ...["TGID", "PGID", "SID"].map((title) => ({ title, align: "right" as const, minor: true as const })),
    ...(nested ? [{ title: "NESTED" }] : []),
    { title: "STATE" },
    { title: "THREADS", align: "right", minor: true },
    { title: "SIZE", align: "right", minor: true },
    { title: "IN IMAGE", align: "right", minor: true },
    { title: "WAITS IN", minor: true },
    { title: "NAME" },
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
    task.exit ? exitText(task.exit) : task.wait && shortName(task.wait, "CKPT_RESTART_BLOCK_"),
    prefix + nameText(task),
  ];
  printTable(streams, columns, forest ? treeRows(image, tasks, row) : rows(image, tasks, row));
}

type Row = (task: ListedTask, prefix: string) => Cell[];

function* rows(image: Image, tasks: readonly Task[], row: Row): Generator<Cell[], void, void> {
  for (const task of listTasks(image, tasks)) yield row(task, "");
}

function* treeRows(image: Image, tasks: readonly Task[], row: Row): Generator<Cell[], void, void> {
  for (const branch of branchesOf([...listTasks(image, tasks)])) yield row(branch.task, treePrefix(branch));
}

function nameText({ name = "?", isThread }: ListedTask): string {
  return isThread ? `{${name}}` : name;
}
