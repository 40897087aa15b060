/**
 * Sizes in the HEADER record that follow from the C headers of a version. Other sizes, such as that of the auxiliary vector, depend on the kernel
 * alone.
 */
import { membersOf } from "../../../runtime/index.js";
import type { ImageFormat } from "./format.js";

/** Path of a field in the HEADER record, the constant that it holds, and a number added to it: 1 for the NUL of a text. */
const SIZES: readonly (readonly [path: string, constant: string, more: number])[] = [
  ...["sysname", "nodename", "release", "version", "machine", "domainname"].map(
    (name) => [`constants.uts_${name}_len`, "__NEW_UTS_LEN", 1] as const,
  ),
  ...["release", "version", "machine"].map((name) => [`uts_${name}_len`, "__NEW_UTS_LEN", 1] as const),
  ["constants.signal_nsig", "CKPT_ARCH_NSIG", 0],
  ["constants.rlimit_nlimits", "CKPT_RLIM_NLIMITS", 0],
  ["constants.n_tty_buf_size", "CKPT_N_TTY_BUF_SIZE", 0],
];

/** Expected values of HEADER fields by path. May include fields that the version does not have; omits values that are not known. */
export function headerConstants(format: ImageFormat): Map<string, number> {
  const sizes = SIZES.map(([path, constant, more]) => [path, format.constant(constant) + more] as const);
  const characters = controlCharacters(format);
  return new Map([
    ...sizes.filter(([, size]) => !Number.isNaN(size)),
    ...(characters === undefined ? [] : [["constants.tty_termios_nccs", characters] as const]),
  ]);
}

/** Number of control characters in the record of a terminal; undefined if the version has no such record. */
export function controlCharacters(format: ImageFormat): number | undefined {
  const tty = format.struct("ckpt_hdr_tty");
  return tty && membersOf(tty).at("termios.c_cc")?.size;
}
