/** Numbers as text. */
export { byteCount } from "../../tools/cli/output/byte-count.js";
export { hex, hexDigits, hexPairs } from "../../tools/image/hex.js";

/** With a thin space between groups of three digits. */
export function grouped(value: number | bigint): string {
  return value.toString().replace(/\B(?=(?:\d{3})+$)/g, "\u2009");
}
