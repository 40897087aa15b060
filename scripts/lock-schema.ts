/** The lock of the commands that write: `gen` and `header import`. */
import { attempt } from "../generator/command-error.js";
import { lockRoot, recover } from "../generator/write/index.js";
import type { Release } from "../generator/write/lock.js";
import { recoverSchema } from "../generator/write/schema-journal.js";

/**
 * Waits for the lock of a root, takes it, and completes or undoes what a killed run left in the schema and the output.
 *
 * @param command name of the command, for messages
 * @throws {CommandError} when another process holds the lock for too long, or the remains of a run cannot be completed
 */
export function lockSchema(command: string, root: string): Release {
  return attempt("unwritable-schema", "cannot begin", () => {
    const release = lockRoot(root, (pid) => {
      process.stderr.write(`${command}: waiting for process ${pid}, which is at work on the same schema\n`);
    });
    try {
      recoverSchema(root);
      recover(root);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  });
}
