/** Numbers as fields of CRIU's messages take them, which have no sign and 32 bits where the image may have more. */

/** The lowest 32 bits; 0 if there is no number. */
export function u32(value: number | bigint | undefined): number {
  return Number(BigInt.asUintN(32, BigInt(value ?? 0)));
}
