/** Values of fields, whatever they are. */

/** Whether all of it is zero, empty or not there. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  if (typeof value === "object") return Object.values(value).every(isZero);
  return Number(value) === 0;
}
