/** What a command works with besides its arguments. */
import { EXIT } from "../../errors/exit.js";
import type { Streams } from "../output/streams.js";

export class CommandContext {
  exitCode: number = EXIT.done;
  /** The end of a help text that is loaded when that help is printed, see `helpWith`. */
  restOfHelp: (() => Promise<string>) | undefined;

  constructor(readonly streams: Streams) {}

  /** The command found something that a script should notice. */
  setFindings(): void {
    this.exitCode = EXIT.findings;
  }
}
