/** Refuses arguments that the types exclude but a program without types may give: with an error that says what was expected and what was found. */
import { shown, typeName } from "../../runtime/shown.js";
import type { NewValue } from "../edit/literal.js";
import { UsageError } from "../errors/usage-error.js";

/** The error for an argument that is not what a function takes. */
export function unfit(expected: string, found: unknown): UsageError {
  return new UsageError("wrong-usage", `expected ${expected}, found ${shown(found)}`);
}

/**
 * Refuses an argument that is no text.
 *
 * @param what what was expected, for the message
 * @throws {UsageError} (`wrong-usage`) when it is no string
 */
export function refuseNoText(what: string, value: unknown): void {
  if (typeof value !== "string") throw unfit(what, value);
}

/** Whether a value is an object with named members and nothing else: no array, `Map`, date or the like, whose members would be overlooked. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * The address that a number or a bigint gives.
 *
 * @throws {UsageError} (`bad-address`) when the number is not exact or negative, or it is neither
 */
export function addressOf(address: unknown): bigint {
  if (typeof address === "bigint" ? address >= 0n : Number.isSafeInteger(address) && (address as number) >= 0)
    return BigInt(address as number | bigint);
  throw new UsageError("bad-address", `${shown(address)} is not an address: give a bigint, or a number up to 2^53-1`);
}

/**
 * Copies new values by path, so that they can be used later whatever happens to them.
 *
 * @throws {UsageError} (`wrong-usage`) when the argument is no object with paths as its keys
 */
export function copiedValues(values: unknown): [path: string, value: NewValue][] {
  if (!isPlainObject(values))
    throw new UsageError("wrong-usage", `expected an object with new values by path, found ${typeName(values)}`);
  return Object.entries(values).map(([path, value]) => [path, copied(value as NewValue)]);
}

function copied(value: NewValue): NewValue {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return Array.isArray(value) ? [...value] : value;
}

/**
 * Copies bytes, so that they can be used later whatever happens to them.
 *
 * @throws {UsageError} (`wrong-usage`) when the argument is no `Uint8Array`
 */
export function copiedBytes(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return Uint8Array.from(bytes);
  throw unfit("a Uint8Array with the new bytes", bytes);
}
