/** Where the files of a process lie on this machine. */

/**
 * The path of a file below a directory that stands for the root of the machine where the image was taken.
 *
 * @param sysroot that directory; undefined for the root of this machine
 * @param path of the file on that machine, beginning with `/`
 */
export function belowSysroot(sysroot: string | undefined, path: string): string {
  return `${(sysroot ?? "").replace(/\/+$/, "")}${path}`;
}
