/** Helpers that the tests of editing share. */

import { BrokenImageError } from "../../tools/edit/check.js";
import { fieldsAt } from "../../tools/edit/get.js";
import { parseAssignment, parsePath } from "../../tools/edit/path.js";
import { Resolver } from "../../tools/edit/resolve.js";
import { editImage } from "../../tools/edit/set.js";
import { fieldText } from "../../tools/edit/value.js";
import { UsageError } from "../../tools/errors/usage-error.js";
import { type Image, openImage } from "../../tools/image/image.js";
import { copyBytes, MemorySource } from "../../tools/image/index.js";

/** `path = value` for everything that a path selects. */
export function get(image: Image, path: string): string[] {
  return [...fieldsAt(new Resolver(image), parsePath(path))].map(({ path, field }) => `${path} = ${fieldText(field)}`);
}

/** The only value that a path selects. */
export function value(image: Image, path: string): string {
  const [only, ...others] = [...fieldsAt(new Resolver(image), parsePath(path))];
  if (!only || others.length > 0) throw new Error(`${path} leads to ${others.length + 1} values`);
  return fieldText(only.field);
}

export interface Edited {
  readonly bytes: Uint8Array;
  readonly image: Image;
  readonly warnings: readonly string[];
}

export function set(image: Image, assignments: readonly string[], options: { force?: boolean } = {}): Edited {
  const { result, warnings } = editImage(image, assignments.map(parseAssignment), options);
  const bytes = copyBytes(result, 0, result.size);
  return { bytes, warnings, image: openImage(new MemorySource(bytes), { abi: image.format.abi.name }) };
}

/** The reason of a refusal. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BrokenImageError) return error.findings.join("\n");
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

/** Offsets at which two images of equal size differ. */
export function differences(one: Uint8Array, other: Uint8Array): number[] {
  if (one.length !== other.length) throw new Error(`${one.length} bytes and ${other.length} bytes`);
  return [...one.keys()].filter((at) => one[at] !== other[at]);
}
