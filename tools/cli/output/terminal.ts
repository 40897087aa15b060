/** Detects terminals among the descriptors of this process. */
import { fstatSync, statSync } from "node:fs";

/**
 * Whether a descriptor is certainly not a terminal: a file, a pipe or /dev/null. Then Node's own streams are not needed, whose setup takes longer
 * than many a command runs.
 */
export function isNoTerminal(descriptor: number): boolean {
  const kind = fstatSync(descriptor);
  return !kind.isCharacterDevice() || kind.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}
