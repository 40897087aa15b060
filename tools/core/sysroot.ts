/** Paths of a process's files on this machine. */

/**
 * The path of a file below a directory that represents the root of the machine of the image.
 *
 * @param sysroot that directory; undefined for the root of this machine
 * @param path absolute path of the file on that machine
 */
export function belowSysroot(sysroot: string | undefined, path: string): string {
  return `${(sysroot ?? "").replace(/\/+$/, "")}${path}`;
}
