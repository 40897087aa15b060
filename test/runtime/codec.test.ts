/** Methods of codecs for byte arrays, and offsets in a long buffer. */
import { describe, expect, test } from "vitest";
import { ckptHdrObjref, ckptHdrTask } from "../../generated/codecs/v18/x86_64.js";

const VALUE = { h: { type: 5, len: 16 }, objtype: 3, objref: -2 };
const BYTES = [5, 0, 0, 0, 16, 0, 0, 0, 3, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff];

describe("fromBytes", () => {
  test.each<[string, Uint8Array, number]>([
    ["an array", Uint8Array.from(BYTES), 0],
    ["an offset", Uint8Array.from([1, 2, 3, ...BYTES, 4]), 3],
    ["a window on a larger buffer", Uint8Array.from([1, 2, 3, ...BYTES, 4]).subarray(3, 19), 0],
    ["a Buffer, which may lie in a pool", Buffer.from(BYTES), 0],
    ["shared memory", shared(BYTES), 0],
  ])("%s", (_, bytes, at) => {
    expect(ckptHdrObjref.fromBytes(bytes, at)).toEqual(VALUE);
  });

  test("a window ends where it ends, whatever lies behind", () => {
    const window = Uint8Array.from([...BYTES, 1, 2, 3]).subarray(0, 15);
    expect(() => ckptHdrObjref.fromBytes(window)).toThrow(
      "ckpt_hdr_objref (v18/x86_64) takes 16 bytes at offset 0, but the buffer has 15",
    );
  });
});

describe("toBytes", () => {
  test("new bytes, with zeros where no field is", () => {
    expect([...ckptHdrObjref.toBytes(VALUE)]).toEqual(BYTES);
  });

  test("a base supplies what no field covers and is left alone", () => {
    const base = new Uint8Array(ckptHdrTask.size).fill(0xaa);
    const value = ckptHdrTask.fromBytes(new Uint8Array(ckptHdrTask.size));
    const padding = [28, 29, 30, 31, 60, 61, 62, 63];
    const covered = (bytes: Uint8Array) => [...bytes.keys()].filter((i) => bytes[i] === 0xaa);
    expect(covered(ckptHdrTask.toBytes(value, base))).toEqual(padding);
    expect(covered(ckptHdrTask.toBytes(value, base.subarray(0, 30)))).toEqual([28, 29]);
    expect(covered(ckptHdrTask.toBytes(value, new Uint8Array(1000).fill(0xaa)))).toEqual(padding);
    expect(base.every((byte) => byte === 0xaa)).toBe(true);
  });

  test("a number that is not a whole of its width is refused, -0 counts as 0", () => {
    expect([...ckptHdrObjref.toBytes({ ...VALUE, objref: -0 })].slice(12)).toEqual([0, 0, 0, 0]);
    expect(() => ckptHdrObjref.toBytes({ ...VALUE, objref: 2 ** 31 })).toThrow(
      "ckpt_hdr_objref.objref (v18/x86_64) takes an integer from -2147483648 to 2147483647, not 2147483648",
    );
  });
});

test("records follow one another in one long view without alignment", () => {
  const view = new DataView(new ArrayBuffer(1 + 2 * 16));
  ckptHdrObjref.encode(VALUE, view, 1);
  ckptHdrObjref.encode({ ...VALUE, objref: 7 }, view, 17);
  expect([ckptHdrObjref.decode(view, 1), ckptHdrObjref.decode(view, 17)]).toEqual([VALUE, { ...VALUE, objref: 7 }]);
  const window = ckptHdrObjref.view(view, 17);
  window.objref = 8;
  expect([window.objref, window.$at, ckptHdrObjref.decode(view, 1).objref]).toEqual([8, 17, -2]);
});

function shared(bytes: readonly number[]): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
}

test("a getter that encodes another struct does not disturb the struct that it belongs to", () => {
  const task = ckptHdrTask.fromBytes(new Uint8Array(ckptHdrTask.size));
  const other = { ...task, robust_futex_list: 1n, set_child_tid: 2n, clear_child_tid: 3n };
  const value = {
    ...task,
    robust_futex_list: 0x1111_2222_3333_4444n,
    set_child_tid: 0x5555_6666_7777_8888n,
    get clear_child_tid() {
      ckptHdrTask.fromBytes(ckptHdrTask.toBytes(other));
      return 9n;
    },
  };
  expect(ckptHdrTask.fromBytes(ckptHdrTask.toBytes(value))).toEqual({ ...value });
});
