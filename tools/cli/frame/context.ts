/** What a command has besides its arguments: streams and the exit code. */
import { EXIT } from "../../errors/exit.js";
import type { Streams } from "../output/streams.js";

export class CommandContext {
  exitCode: number = EXIT.done;
  /** Loads the end of a help text, if that help is printed; see `helpWith`. */
  restOfHelp: (() => Promise<string>) | undefined;

  constructor(readonly streams: Streams) {}

  /** Sets the exit code for findings that a script should notice. */
  setFindings(): void {
    this.exitCode = EXIT.findings;
  }
}
