/** An output that cannot be written. */
import { CkptError } from "../../runtime/errors.js";
import { isSystemError, systemReason } from "./system-reason.js";

/** A file cannot be written. What was there before is still there. The message is one line. */
export class OutputError extends CkptError {
  readonly code = "unwritable-file";
  readonly exit = "output";

  /**
   * @param file name of the file or directory
   * @param systemCode code of the error of the system, e.g. `ENOSPC`, where there was one
   */
  constructor(
    file: string,
    reason: string,
    readonly systemCode?: string,
  ) {
    super(`cannot write ${file}: ${reason}`, { file });
  }
}

/** The {@link OutputError} for an error of the system that came while a file was written; any other error as it is. */
export function outputError(file: string, error: unknown): unknown {
  return isSystemError(error) ? new OutputError(file, systemReason(error), error.code) : error;
}

/** Does something with a file that is written. Errors of the system become an {@link OutputError}. */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw outputError(file, error);
  }
}
