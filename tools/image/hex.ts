/** A number in hexadecimal, as all tools print it: `0x1f`; padded with zeros to a number of digits. Negative numbers have their sign before `0x`. */
export function hex(value: number | bigint, digits = 1): string {
  // Numbers are faster than bigints, and nearly all values are exact as such.
  const number = Number(value);
  const exact = Number.isSafeInteger(number) ? number : value;
  const text = (exact < 0 ? -exact : exact).toString(16).padStart(digits, "0");
  return `${exact < 0 ? "-" : ""}0x${text}`;
}
