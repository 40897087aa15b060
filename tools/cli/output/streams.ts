/** Output streams of a command, so that it runs the same in a process and in a test. */
import pc from "picocolors";
import type { PartReceiver } from "./parts.js";

export interface Output {
  write(data: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Streams {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes headings, facts and tables in place of `out`. */
  readonly parts?: PartReceiver;
}

/** Styles for text on `out`: colours on a terminal that supports them, plain text elsewhere. */
export type Colors = Readonly<Record<"bold" | "dim" | "cyan" | "green" | "red" | "yellow", (text: string) => string>>;

const PLAIN: Colors = { bold: String, dim: String, cyan: String, green: String, red: String, yellow: String };

/** Styles for `out`. `NO_COLOR` (with any value) and a dumb terminal turn colours off. */
export function colorsOf({ out, env }: Streams): Colors {
  return out.isTTY && !env.NO_COLOR && env.TERM !== "dumb" ? pc.createColors(true) : PLAIN;
}

/** Width of `out` in characters. */
export function terminalWidth({ out }: Streams): number {
  return out.isTTY ? Math.max(40, out.columns || 80) : 120;
}
