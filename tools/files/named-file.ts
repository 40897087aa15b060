/** Opens files that an image names, which may be any: a pipe, a terminal, a device. */
import { constants, openSync } from "node:fs";

/** Flags that neither block on a pipe nor acquire a controlling terminal. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a file for reading, which the caller has to close.
 *
 * @throws {Error} of the system, or about a NUL in the path; with a `code` in both cases
 */
export function openNamedFile(path: Buffer): number {
  return openSync(path, HOW);
}
