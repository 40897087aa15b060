/** Common parts of all forms of values in the text: showing, reading, and reporting mistakes. */
import { CkptError } from "../../runtime/errors.js";

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

/** Converts the values of a field, struct or element between codec and JSON. */
export interface Form {
  /** Converts any value to JSON, from which {@link read} restores it. */
  show(value: unknown): Json;
  /**
   * Converts JSON back to the value that {@link show} was given.
   *
   * @throws {Misfit} when the JSON is not a value of this form
   */
  read(json: Json): unknown;
}

/** A value of the text that is not valid at its place. The reader of the text adds line and record. */
export class Misfit extends CkptError {
  readonly code = "bad-text";
  readonly exit = "input";
  /** Names and indexes that lead to the value, outermost first. */
  readonly path: (string | number)[] = [];

  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

/** Adds a step to the path of a mistake, from the inside out. Other errors are returned unchanged. */
export function within(step: string | number, error: unknown): unknown {
  if (error instanceof Misfit) error.path.unshift(step);
  return error;
}

const MAX_QUOTE_LENGTH = 60;

/** A JSON value for a message, shortened. */
export function quote(json: Json | undefined): string {
  if (json === undefined) return "nothing";
  if (Array.isArray(json)) return `an array of ${json.length}`;
  if (typeof json === "object" && json !== null) return "an object";
  const text = typeof json === "string" ? JSON.stringify(json.slice(0, MAX_QUOTE_LENGTH)) : String(json);
  return typeof json === "string" && json.length > MAX_QUOTE_LENGTH ? `${text}…` : text;
}

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function isZeroValue(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === 0 || value === 0n || value === "";
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  return Object.values(value).every(isZeroValue);
}
