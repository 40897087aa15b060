/** Error for a valid request that cannot be done with this image. */
import { CkptError, type ErrorPlace } from "../../runtime/errors.js";
import type { RefusalErrorCode } from "./codes.js";

/** The request is valid, but the contents of the image prevent it. Nothing was written. The message is one line. */
export class RefusalError extends CkptError {
  readonly exit = "findings";

  constructor(
    readonly code: RefusalErrorCode,
    message: string,
    place?: ErrorPlace,
  ) {
    super(message, place);
  }
}
