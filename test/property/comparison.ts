/** Comparisons that are fast enough for thousands of runs. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** Expects equality of all bits: -0 differs from 0, and NaN equals itself. Vitest is called only to show a difference. */
export function expectSame(actual: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(actual, wanted)) return;
  expect(actual).toStrictEqual(wanted);
  throw new Error("the values differ in their bits");
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
