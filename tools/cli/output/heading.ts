/** Headings that name the tasks that share something. */
import type { TaskName } from "../../model/sharing.js";
import { colorsOf, oneLine, type Streams, terminalWidth } from "./streams.js";
import { cut } from "./table.js";

/** Maximum number of tasks that are named. */
const MAX_NAMED_TASKS = 12;

/** Prints a heading for something that tasks share, e.g. `address space 12 of 226 init, {233 init}`. */
export function printHeading(streams: Streams, what: string, tasks: readonly TaskName[]): void {
  const names = tasks.slice(0, MAX_NAMED_TASKS).map(taskText);
  const rest = tasks.length - names.length;
  const whose = names.length === 0 ? "no task" : names.join(", ");
  const text = `${what} of ${whose}${rest > 0 ? ` and ${rest} more tasks` : ""}`;
  streams.out.write(`${colorsOf(streams).bold(cut(text, streams.out.isTTY ? terminalWidth(streams) : undefined))}\n`);
}

/** Pid and name of a task; a thread in braces, as in `pstree`. */
export function taskText({ pid, name = "?", isThread }: TaskName): string {
  const text = `${pid} ${oneLine(name)}`;
  return isThread ? `{${text}}` : text;
}

/** Prints a heading for one task. */
export function printTaskHeading(streams: Streams, task: TaskName): void {
  streams.out.write(`${colorsOf(streams).bold(taskText(task))}\n`);
}
