/** A number in hexadecimal, as all tools print it: `0x1f`; padded with zeros to a number of digits. Negative numbers have their sign before `0x`. */
export function hex(value: number | bigint, digits = 1): string {
  const text = (value < 0 ? -value : value).toString(16).padStart(digits, "0");
  return `${value < 0 ? "-" : ""}0x${text}`;
}
