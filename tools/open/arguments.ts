/** Refuses arguments that the types exclude but a program without types may give: with an error that says what was expected and what was found. */
import { shown, typeName } from "../../runtime/shown.js";
import type { NewValue } from "../edit/literal.js";
import { UsageError } from "../errors/usage-error.js";
import { isPageSize } from "../image/abi/page-size.js";
import type { OpenOptions } from "../image/image.js";

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

/**
 * Refuses options that are none.
 *
 * @throws {UsageError} (`wrong-usage`) when they are no object, or one of them is of the wrong type
 */
export function refuseOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) throw unfit("an object with options", options);
  const { abi, pageSize, onProgress } = options as Record<keyof OpenOptions, unknown>;
  if (abi !== undefined) refuseNoText("a name such as v21/x86_64 as abi", abi);
  if (pageSize !== undefined && !isPageSize(pageSize))
    throw unfit("a power of two from 512 to 1048576 as pageSize", pageSize);
  if (onProgress !== undefined && typeof onProgress !== "function") throw unfit("a function as onProgress", onProgress);
}

/**
 * Copies new values by path, so that they can be used later whatever happens to them.
 *
 * @throws {UsageError} (`wrong-usage`) when the argument is no object with paths as its keys
 */
export function copiedValues(values: unknown): [path: string, value: NewValue][] {
  if (typeof values !== "object" || values === null || Array.isArray(values) || ArrayBuffer.isView(values))
    throw new UsageError("wrong-usage", `expected an object with new values by path, found ${typeName(values)}`);
  return Object.entries(values).map(([path, value]) => [path, copied(value)]);
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
