/** Prints the report of a conversion. */

import { oneLine } from "../../control-characters.js";
import type { ConversionReport, Loss, StepReport } from "../../convert/report.js";
import type { Colors, Output } from "../output/streams.js";

/** Number of places printed for each kind of loss. */
const MAX_PLACES = 3;

/** Prints all sections of a report that have something. */
export function printReport(out: Output, report: ConversionReport, colors: Colors | undefined): void {
  const { from, to, direction, steps, losses, repairs, leftovers, inventions, obstacles, notes } = report;
  const line = (text: string) => void out.write(`${oneLine(text)}\n`);
  const lines = (loss: Loss) => lossLines(loss, to);
  line(`${from} to ${to}`);
  const title = direction === "forward" ? "steps" : "steps that are undone";
  section(out, title, steps.map(stepLine), colors?.bold);
  section(out, "to know", notes.flatMap(lines), colors?.dim);
  section(out, "repaired", repairs.flatMap(lines), colors?.dim);
  section(out, "leftover memory that is cleared", leftovers.flatMap(lines), colors?.dim);
  section(out, "made up", inventions.flatMap(lines), colors?.yellow);
  section(out, "lost", losses.flatMap(lines), colors?.yellow);
  section(out, "obstacles", obstacles.flatMap(lines), colors?.red);
}

/** Prints a title and lines below it; nothing without lines. */
export function section(out: Output, title: string, lines: readonly string[], paint = (text: string) => text): void {
  if (lines.length === 0) return;
  out.write(`${paint(title)}\n`);
  for (const line of lines) out.write(`  ${oneLine(line)}\n`);
}

function stepLine({ boundary, title, count }: StepReport): string {
  return `${boundary}: ${title}${count > 1 ? ` (${count} times)` : ""}`;
}

function lossLines({ boundary, record, field, why, count, examples }: Loss, to: string): string[] {
  const what = field === undefined ? record : `${record}.${field}`;
  // A single target has no boundaries to tell apart.
  const head = `${boundary === to ? "" : `${boundary}: `}${what}${count > 1 ? ` (${count} times)` : ""}: ${why}`;
  const told = examples.slice(0, MAX_PLACES).map(({ offset, place, value, field: own }) => {
    const where = `offset ${offset}${place === "" ? "" : `, ${place}`}${own === field ? "" : `, ${own}`}`;
    return `  ${where}${value === "" ? "" : `: ${value}`}`;
  });
  const more = count - told.length;
  return [head, ...told, ...(more > 0 && told.length > 0 ? [`  and ${more} more`] : [])];
}
