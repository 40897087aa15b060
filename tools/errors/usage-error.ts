/** The command line asks for something that it cannot mean. The message is one line; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
