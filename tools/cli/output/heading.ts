/** The line above what several tasks share. */
import type { TaskName } from "../../model/sharing.js";
import { colorsOf, oneLine, type Streams, widthOf } from "./streams.js";
import { cut } from "./table.js";

/** Tasks that are named. */
const FEW = 12;

/** `address space 12 of 226 init, {233 init}` */
export function printHeading(streams: Streams, what: string, tasks: readonly TaskName[]): void {
  const names = tasks.slice(0, FEW).map(taskText);
  const rest = tasks.length - names.length;
  const whose = names.length === 0 ? "no task" : names.join(", ");
  const text = `${what} of ${whose}${rest > 0 ? ` and ${rest} more tasks` : ""}`;
  streams.out.write(`${colorsOf(streams).bold(cut(text, streams.out.isTTY ? widthOf(streams) : undefined))}\n`);
}

/** A thread in braces, as `pstree` does. */
export function taskText({ pid, name = "?", isThread }: TaskName): string {
  const text = `${pid} ${oneLine(name)}`;
  return isThread ? `{${text}}` : text;
}

/** The line above what one task has. */
export function printTaskHeading(streams: Streams, task: TaskName): void {
  streams.out.write(`${colorsOf(streams).bold(taskText(task))}\n`);
}
