/** Lines that begin with a label. */

import { oneLine } from "../../control-characters.js";
import type { Fact } from "./parts.js";
import { colorsOf, type Streams, terminalWidth } from "./streams.js";
import { wrap } from "./wrap.js";

export type { Fact } from "./parts.js";

const GAP = 2;

/** Prints the facts that are not undefined. On a terminal, long texts are wrapped; elsewhere each fact is one line. */
export function printFacts(streams: Streams, facts: readonly (Fact | undefined)[], indent = 2): void {
  const { out } = streams;
  const { dim } = colorsOf(streams);
  const shown = facts.filter((fact) => fact !== undefined);
  if (streams.parts) {
    streams.parts.facts(shown);
    return;
  }
  const labelWidth = Math.max(0, ...shown.map(([label]) => label.length)) + GAP;
  const room = out.isTTY ? Math.max(20, terminalWidth(streams) - indent - labelWidth) : Number.POSITIVE_INFINITY;
  const margin = " ".repeat(indent);
  for (const [label, text] of shown) {
    const clean = oneLine(text);
    const lines = clean.length <= room ? [clean] : wrap(clean, room);
    for (const [i, line] of lines.entries())
      out.write(`${margin}${dim((i === 0 ? label : "").padEnd(labelWidth))}${line}\n`);
  }
}

/** Items separated by commas, with the number of those after the first `most`; `count` is the number of all if `items` has only some. */
export function listed(items: readonly (string | number)[], most = 32, count = items.length): string {
  const rest = count - Math.min(items.length, most);
  return items.length === 0 ? "none" : items.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A time in ns as seconds, exactly: `12.5 s`. */
export function secondsText(ns: bigint): string {
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  return `${ns / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`} s`;
}
