/** Headings that name the tasks that share something. */

import { oneLine } from "../../control-characters.js";
import type { TaskName } from "../../model/sharing.js";
import type { HeadingLevel } from "./parts.js";
import { colorsOf, type Streams, terminalWidth } from "./streams.js";
import { cut } from "./table.js";

/** Maximum number of tasks that are named. */
const MAX_NAMED_TASKS = 12;

/** Prints a heading for something that tasks share, e.g. `address space 12 of 226 init, {233 init}`. */
export function printHeading(streams: Streams, what: string, tasks: readonly TaskName[]): void {
  const names = tasks.slice(0, MAX_NAMED_TASKS).map(taskText);
  const rest = tasks.length - names.length;
  const whose = names.length === 0 ? "no task" : names.join(", ");
  const text = `${what} of ${whose}${rest > 0 ? ` and ${rest} more tasks` : ""}`;
  printTitle(streams, cut(text, streams.out.isTTY ? terminalWidth(streams) : undefined));
}

/** Pid and name of a task; a thread in braces, as in `pstree`. */
export function taskText({ pid, name = "?", isThread }: TaskName): string {
  const text = `${pid} ${oneLine(name)}`;
  return isThread ? `{${text}}` : text;
}

/** Prints a heading for one task. */
export function printTaskHeading(streams: Streams, task: TaskName): void {
  printTitle(streams, taskText(task));
}

/** Prints the title of a section, or of a part of one, which is indented. */
export function printTitle(streams: Streams, text: string, level: HeadingLevel = 1): void {
  if (streams.parts) streams.parts.heading(text, level);
  else streams.out.write(`${colorsOf(streams).bold(level === 1 ? text : `  ${text}`)}\n`);
}
