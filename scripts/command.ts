/** How commands of the checkout end: what the user has to know becomes a line on standard error and an exit code. */
import { CommanderError } from "commander";
import { CkptError } from "../runtime/errors.js";
import { EXIT } from "../tools/errors/exit.js";

/** Runs a command and returns its exit code. Errors that are faults of the command are thrown. */
export async function endOf(name: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (!(error instanceof CkptError)) throw error;
    // An error in a file begins with its place.
    process.stderr.write(`${error.place.file === undefined ? `${name}: ` : ""}${error.message}\n`);
    return EXIT[error.exit];
  }
}
