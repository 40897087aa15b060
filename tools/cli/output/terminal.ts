/** Terminals of this process. */
import { fstatSync, statSync } from "node:fs";

/**
 * Whether a descriptor is sure to be no terminal: it is a file, a pipe or /dev/null. Then nobody has to ask Node's own streams, which take
 * longer to be made ready than many a command runs.
 */
export function isNoTerminal(descriptor: number): boolean {
  const kind = fstatSync(descriptor);
  return !kind.isCharacterDevice() || kind.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}
