/** Values that were found in place of others, in words for messages. */

/** Type of a value: `an ArrayBuffer`, `a string`, `undefined`. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const name =
    typeof value === "object" ? Object.prototype.toString.call(value).slice("[object ".length, -1) : typeof value;
  return `${/^[aeiou]/i.test(name) && !/^u(int|ni)/i.test(name) ? "an" : "a"} ${name}`;
}

/** A value, as far as it is short: `5`, `7n`, `"text"`, `12 bytes`, `an array of 3`. */
export function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "number" || value === null || value === undefined || typeof value === "boolean")
    return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
