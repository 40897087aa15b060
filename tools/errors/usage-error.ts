/** Error for a request that is invalid, or names something that does not exist. */
import { CkptError, type ErrorPlace } from "../../runtime/errors.js";
import type { UsageErrorCode } from "./codes.js";

/** The request is invalid, or names something that does not exist. Nothing was done. The message is one line. */
export class UsageError extends CkptError {
  readonly exit = "usage";

  /**
   * @param reason what is wrong, without the place
   * @param place path of the requested field, and the column in it
   */
  constructor(
    readonly code: UsageErrorCode,
    readonly reason: string,
    place: Pick<ErrorPlace, "path" | "column"> = {},
  ) {
    const { path, column } = place;
    const where = [path === "" ? '""' : path, column && `column ${column}`].filter((part) => part !== undefined);
    super([...where, reason].join(": "), place);
  }
}
