/** JSON output that may be too long for one string. */

import { jsonText } from "./json.js";
import type { Output } from "./streams.js";

/**
 * Writes a value as indented JSON, piece by piece. Iterables become arrays, maps become objects, undefined members are omitted. Integers that other
 * programs may round in JSON are decimal strings.
 */
export function writeJson(out: Output, value: unknown): void {
  writeValue(out, value, "\n");
  out.write("\n");
}

/** @param margin line break and indentation of the line that the value is on */
function writeValue(out: Output, value: unknown, margin: string): void {
  if (typeof value !== "object" || value === null) out.write(jsonText(value ?? null));
  else if (value instanceof Map) writeObject(out, value, margin);
  else if (Symbol.iterator in value) writeArray(out, value as Iterable<unknown>, margin);
  else writeObject(out, Object.entries(value), margin);
}

function writeArray(out: Output, items: Iterable<unknown>, margin: string): void {
  const inner = `${margin}  `;
  let before = "[";
  for (const item of items) {
    out.write(before + inner);
    writeValue(out, item, inner);
    before = ",";
  }
  out.write(before === "[" ? "[]" : `${margin}]`);
}

function writeObject(out: Output, entries: Iterable<readonly [string, unknown]>, margin: string): void {
  const inner = `${margin}  `;
  let before = "{";
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    out.write(`${before}${inner}${jsonText(key)}: `);
    writeValue(out, value, inner);
    before = ",";
  }
  out.write(before === "{" ? "{}" : `${margin}}`);
}
