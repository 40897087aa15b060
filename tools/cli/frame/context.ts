/** What a command works with besides its arguments. */
import type { Streams } from "../output/streams.js";

/** What a command ends with. */
export const EXIT = {
  /** Done, nothing to complain about. */
  ok: 0,
  /** Done, and something was found: damage, findings of a check, differences. Or not done, because of what was found. */
  findings: 1,
  /** The arguments make no sense, or name what does not exist. */
  usage: 2,
  /** The input is no image, or cannot be read. */
  badInput: 3,
  /** The output cannot be written. */
  badOutput: 4,
} as const;

export class CommandContext {
  exitCode: number = EXIT.ok;

  constructor(readonly streams: Streams) {}

  /** The command found something that a script should notice. */
  setFindings(): void {
    this.exitCode = EXIT.findings;
  }
}
