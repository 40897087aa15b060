/** Whether this computer can run the virtual machine, with a line that says why not. */
import { failure, works } from "../requirement.js";
import { kernel } from "./kernel.js";

/** Commands that the machine is made with, or that run in it. */
const COMMANDS = [
  ["qemu-system-x86_64", "--version"],
  ["/usr/sbin/criu", "--version"],
  ["busybox", "true"],
  ["setpriv", "--version"],
  ["gcc", "--version"],
  ["dpkg-deb", "--version"],
];

function lacking(): string | undefined {
  for (const command of COMMANDS) {
    const why = failure(command);
    if (why !== undefined) return why;
  }
  try {
    kernel();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim().split("\n")[0] : String(error);
  }
}

/** Tests with the machine are skipped where this is false; in CI that is a failure. */
export const machineRuns = works("the virtual machine", lacking());
