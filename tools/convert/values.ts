/** Comparison of field values, and access by path. */
import type { Values } from "../write/keyed-codec.js";

/** Whether a value is zero, empty or missing in all its parts. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  if (typeof value === "object") return Object.values(value).every(isZero);
  return Number(value) === 0;
}

/** Whether two values are equal: numbers by value, bytes, arrays and structs by contents; undefined equals zero and empty. */
export function isSame(one: unknown, other: unknown): boolean {
  if (isMissing(one)) return isZero(other);
  if (isMissing(other)) return isZero(one);
  if (isNumber(one) && isNumber(other)) return BigInt(one) === BigInt(other);
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  const keys = new Set([...Object.keys(one as object), ...Object.keys(other as object)]);
  return [...keys].every((key) => isSame((one as ReadonlyValues)[key], (other as ReadonlyValues)[key]));
}

type ReadonlyValues = Readonly<Record<string, unknown>>;

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isInteger(value);
}

/**
 * The value at a path; undefined if there is none.
 *
 * @param path schema keys separated by dots
 */
export function get(values: Values, path: string): unknown {
  let value: unknown = values;
  for (const key of path.split(".")) value = (value as Values | undefined)?.[key];
  return value;
}

export function set(values: Values, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let into = values;
  for (const key of keys) {
    into[key] ??= {};
    into = into[key] as Values;
  }
  into[last] = value;
}

/**
 * Removes the value at a path.
 *
 * @returns the removed value
 */
export function remove(values: Values, path: string): unknown {
  const keys = path.split(".");
  const last = keys.pop() as string;
  const into = keys.length === 0 ? values : (get(values, keys.join(".")) as Values | undefined);
  const value = into?.[last];
  if (into) delete into[last];
  return value;
}
