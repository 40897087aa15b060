/** What was asked for makes sense, but what the image holds keeps it from being done. The message is one line; the exit code is 1. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
}
