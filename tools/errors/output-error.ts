/** Error for an output that cannot be written. */
import { CkptError } from "../../runtime/errors.js";
import { isSystemError, systemReason } from "./system-reason.js";

/** A file cannot be written. Its previous contents are unchanged. The message is one line. */
export class OutputError extends CkptError {
  readonly code = "unwritable-file";
  readonly exit = "output";

  /**
   * @param file name of the file or directory
   * @param systemCode code of the system error, e.g. `ENOSPC`, if there was one
   */
  constructor(
    file: string,
    reason: string,
    readonly systemCode?: string,
  ) {
    super(`cannot write ${file}: ${reason}`, { file });
  }
}

/** The {@link OutputError} for a system error during a write; any other error unchanged. */
export function outputError(file: string, error: unknown): unknown {
  return isSystemError(error) ? new OutputError(file, systemReason(error), error.code) : error;
}

/** Runs `work`, which writes a file. System errors become an {@link OutputError}. */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw outputError(file, error);
  }
}
