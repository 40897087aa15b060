/** Numbers as text. */
export { byteCount } from "../../tools/cli/output/byte-count.js";

/** In hexadecimal, with `0x`. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** With a thin space between groups of three digits. */
export function grouped(value: number | bigint): string {
  return value.toString().replace(/\B(?=(?:\d{3})+$)/g, "\u2009");
}
