/** A number in hexadecimal, as all tools print it: `0x1f`; padded with zeros to a number of digits. Negative numbers have their sign before `0x`. */
export function hex(value: number | bigint, digits = 1): string {
  return value < 0 ? `-0x${hexDigits(-value, digits)}` : `0x${hexDigits(value, digits)}`;
}

/** The digits alone, as in addresses of memory: `001f`. */
export function hexDigits(value: number | bigint, digits = 1): string {
  // Numbers are faster than bigints, and nearly all values are exact as such.
  const number = Number(value);
  return (Number.isSafeInteger(number) ? number : value).toString(16).padStart(digits, "0");
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => hexDigits(byte, 2));

/** Bytes as pairs of digits: `de ad be ef`. */
export function hexPairs(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => PAIRS[byte]).join(" ");
}
