/** A file cannot be written. What was there before is there still. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  constructor(
    readonly path: string,
    reason: string,
    /** Of the system, e.g. `ENOSPC`. */
    readonly code: string | undefined,
    /** What failed, as the errors of the system say it. */
    readonly syscall: string = "write",
  ) {
    super(`cannot write ${path}: ${reason}`);
  }
}
