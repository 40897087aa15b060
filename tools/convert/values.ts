/** Values of fields, whatever they are. */

/** Whether all of it is zero, empty or not there. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  if (typeof value === "object") return Object.values(value).every(isZero);
  return Number(value) === 0;
}

/** Whether two values are the same: numbers by their value, bytes, arrays and structs by what is in them; nothing is zero or empty. */
export function isSame(one: unknown, other: unknown): boolean {
  if (isMissing(one)) return isZero(other);
  if (isMissing(other)) return isZero(one);
  if (isNumber(one) && isNumber(other)) return BigInt(one) === BigInt(other);
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  const keys = new Set([...Object.keys(one as object), ...Object.keys(other as object)]);
  return [...keys].every((key) => isSame((one as Values)[key], (other as Values)[key]));
}

type Values = Readonly<Record<string, unknown>>;

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isInteger(value);
}
