/** Comparisons that are cheap enough for thousands of runs. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** Expects equality down to the bits: -0 is not 0, not-a-number is itself. Vitest is asked only for a difference to show. */
export function expectSame(actual: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(actual, wanted)) return;
  expect(actual).toStrictEqual(wanted);
  throw new Error("the values differ in their bits");
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
