/** The two words of an address or position, which is a number if that is exact, else a bigint. */

/** Bits 32 to 63. */
export function highWord(value: number | bigint): number {
  return typeof value === "number" ? Math.floor(value / 2 ** 32) : Number(value >> 32n);
}

/** Bits 0 to 31. */
export function lowWord(value: number | bigint): number {
  return typeof value === "number" ? value >>> 0 : Number(BigInt.asUintN(32, value));
}
