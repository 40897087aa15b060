/** Arrays and bytes of codecs. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { checkArray, checkBytes, checkObject, readArray, readBytes, writeBytes } from "../../runtime/arrays.js";
import { windowOf } from "../../runtime/bytes.js";
import { ArrayView } from "../../runtime/index.js";
import { thrown } from "../codecs/thrown.js";
import { CODEC } from "./context.js";

const PLACE = "ckpt_hdr_test.field (v19/x86_32)";

/** Five bytes within a larger buffer. */
function place(): { buffer: Uint8Array; view: DataView } {
  const buffer = Uint8Array.from([9, 9, 1, 2, 3, 4, 5, 9]);
  return { buffer, view: new DataView(buffer.buffer, 2, 5) };
}

test("readArray reads elements that lie a stride apart", () => {
  const { view } = place();
  expect(readArray(2, 1, 2, (at) => view.getUint8(at))).toEqual([2, 4]);
  expect(readArray(0, 100, 2, () => 0)).toEqual([]);
});

test("readBytes copies, windowOf does not, both from the start of the view", () => {
  const { buffer, view } = place();
  const copy = readBytes(view, 1, 3);
  const window = windowOf(view, 1, 3);
  expect([[...copy], [...window]]).toEqual([
    [2, 3, 4],
    [2, 3, 4],
  ]);
  copy[0] = 70;
  window[1] = 80;
  expect([...buffer]).toEqual([9, 9, 1, 2, 80, 4, 5, 9]);
});

test("writeBytes writes from the start of the view, and overlapping bytes as if at once", () => {
  const { buffer, view } = place();
  writeBytes(view, 3, Uint8Array.of(7, 8));
  expect([...buffer]).toEqual([9, 9, 1, 2, 3, 7, 8, 9]);
  writeBytes(view, 1, windowOf(view, 0, 4));
  expect([...buffer]).toEqual([9, 9, 1, 1, 2, 3, 7, 9]);
});

describe("checkArray", () => {
  test("an array of the length is given back", () => {
    const array = [1, undefined];
    expect(checkArray(CODEC, "field", array, 2)).toBe(array);
  });

  test.each<[unknown, string]>([
    [[1], `${PLACE} takes an array of 2, not an array of 1`],
    [[1, 2, 3], `${PLACE} takes an array of 2, not an array of 3`],
    [Uint32Array.of(1, 2), `${PLACE} takes an array of 2, not an object`],
    [{ length: 2 }, `${PLACE} takes an array of 2, not an object`],
    [undefined, `${PLACE} is missing: it takes an array of 2`],
    [null, `${PLACE} takes an array of 2, not null`],
  ])("%o is refused", (value, message) => {
    expect((thrown(() => checkArray(CODEC, "field", value, 2)) as Error).message).toBe(message);
  });
});

describe("checkBytes", () => {
  test.each<[string, Uint8Array]>([
    ["a Uint8Array", Uint8Array.of(1, 2)],
    ["a Buffer", Buffer.from([1, 2])],
    ["a Uint8Array of another realm", runInNewContext("Uint8Array.of(1, 2)")],
    ["a window on a larger buffer", Uint8Array.of(0, 1, 2, 0).subarray(1, 3)],
  ])("%s is given back", (_, bytes) => {
    expect(checkBytes(CODEC, "field", bytes, 2)).toBe(bytes);
  });

  test.each<[unknown, string]>([
    [Uint8Array.of(1), `${PLACE} takes a Uint8Array of 2 bytes, not 1 bytes`],
    [[1, 2], `${PLACE} takes a Uint8Array of 2 bytes, not an array of 2`],
    [Uint16Array.of(1, 2), `${PLACE} takes a Uint8Array of 2 bytes, not an object`],
    [Int8Array.of(1, 2), `${PLACE} takes a Uint8Array of 2 bytes, not an object`],
    [new Uint8ClampedArray(2), `${PLACE} takes a Uint8Array of 2 bytes, not an object`],
    ["ab", `${PLACE} takes a Uint8Array of 2 bytes, not "ab"`],
    [undefined, `${PLACE} is missing: it takes a Uint8Array of 2 bytes`],
  ])("%o is refused", (value, message) => {
    expect((thrown(() => checkBytes(CODEC, "field", value, 2)) as Error).message).toBe(message);
  });
});

describe("checkObject", () => {
  test("an object is given back", () => {
    const object = {};
    expect(checkObject(CODEC, "field", object)).toBe(object);
  });

  test.each<[unknown, string]>([
    [null, `${PLACE} takes an object, not null`],
    [3, `${PLACE} takes an object, not 3`],
    ["x", `${PLACE} takes an object, not "x"`],
    [undefined, `${PLACE} is missing: it takes an object`],
  ])("%o is refused", (value, message) => {
    expect((thrown(() => checkObject(CODEC, "field", value)) as Error).message).toBe(message);
  });
});

describe("ArrayView", () => {
  const elements = [10, 20, 30];
  const view = new ArrayView<number>(
    3,
    (index) => elements[index] as number,
    (index, value) => {
      elements[index] = value;
    },
  );

  test("reads, writes and goes over its elements", () => {
    view.set(1, 21);
    expect([view.length, view.get(0), view.get(2), [...view]]).toEqual([3, 10, 30, [10, 21, 30]]);
  });

  test.each([-1, 3, 0.5, Number.NaN, Infinity])("has no element %d", (index) => {
    const before = [...elements];
    expect(() => view.get(index)).toThrow(new RangeError(`no element ${index} in an array of 3`));
    expect(() => view.set(index, 1)).toThrow(new RangeError(`no element ${index} in an array of 3`));
    expect(elements).toEqual(before);
  });

  test("elements that are structs are not replaced", () => {
    const structs = new ArrayView(2, () => ({}));
    expect(() => structs.set(0, {})).toThrow(
      new RangeError("an element that is a struct is changed through its own fields"),
    );
  });
});
