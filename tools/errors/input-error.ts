/** Error for an input that cannot be read. */
import { CkptError, type ErrorPlace } from "../../runtime/errors.js";
import type { InputErrorCode } from "./codes.js";

/** Name of the standard input. */
export const STANDARD_INPUT = "-";

/** The input cannot be read: the file does not exist, is not an image, is damaged, or is a text with a mistake. The message is one line. */
export class InputError extends CkptError {
  readonly exit = "input";

  /**
   * @param reason what is wrong, without the place
   * @param place name of the file; for a text also the line, the path in the document, and the name of the record
   */
  constructor(
    readonly code: InputErrorCode,
    readonly reason: string,
    place: Omit<ErrorPlace, "offset" | "column"> = {},
  ) {
    const { file, line, path, record } = place;
    const what = file === undefined ? "" : `cannot read ${file === STANDARD_INPUT ? "the standard input" : file}: `;
    const where = path ? ` ${path}${record === undefined ? "" : ` (${record})`}` : "";
    super(`${what}${line === undefined ? "" : `line ${line}${where}: `}${reason}`, place);
  }

  /** The error with the name of the file, which modules that read from a source do not know. */
  in(file: string): InputError {
    return this.place.file === undefined ? new InputError(this.code, this.reason, { ...this.place, file }) : this;
  }
}
