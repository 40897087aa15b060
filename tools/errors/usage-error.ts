/** A request that makes no sense, or that names what does not exist. */
import { CkptError, type ErrorPlace } from "../../runtime/errors.js";
import type { UsageErrorCode } from "./codes.js";

/** The request makes no sense, or names what does not exist. Nothing was done. The message is one line. */
export class UsageError extends CkptError {
  readonly exit = "usage";

  /**
   * @param reason what is wrong, without the place
   * @param place path of the field that was asked for, and the column in it
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
