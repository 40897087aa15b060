/** Errors of the operating system in words. */

/** Whether an error comes from the operating system, such as a full disk, as opposed to a bug. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

/** The reason in words for common errors, the message of the system for others. */
export function systemReason(error: Error): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EBADF":
      return "the descriptor is closed, or was not opened for reading";
    case "EISDIR":
      return "it is a directory";
    case "ENOSPC":
      return "the disk is full";
    default:
      return error.message;
  }
}
