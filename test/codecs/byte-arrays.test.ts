/** Every codec reads and writes a `Uint8Array` like a `DataView`, wherever the array begins in its buffer, and rejects all other types. */
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { AnyCodec } from "../../generated/codecs/index.js";
import { NotBytesError, ShortBufferError } from "../../runtime/index.js";
import { subjects } from "../property/subjects.js";
import { thrown } from "./thrown.js";

const all = subjects();
/** Offset of the struct in the array, and bytes of the buffer before and after the array; nothing is aligned. */
const [AT, BEFORE, BEHIND] = [3, 5, 7];

/** An array that begins within its buffer, and a view of the same bytes. */
function windows(size: number, fill: (i: number) => number = (i) => (i * 31 + 1) & 0x7f) {
  const buffer = Uint8Array.from({ length: BEFORE + AT + size + BEHIND }, (_, i) => fill(i)).buffer;
  const array = new Uint8Array(buffer, BEFORE, AT + size);
  return { buffer, array, view: new DataView(buffer, BEFORE, AT + size) };
}

type Tailed = AnyCodec & {
  readonly tailElementSize: number;
  tailCount(bytes: unknown, at?: number): number;
  decodeTail(bytes: unknown, at?: number, end?: number): unknown[];
  encodeTail(values: readonly unknown[], bytes: unknown, at?: number): void;
};

const hasTail = (codec: AnyCodec): codec is Tailed => "decodeTail" in codec;

describe("a byte array", () => {
  it("is read as a view is", () => {
    for (const { codec, name } of all) {
      const { array, view } = windows(codec.size);
      const value = codec.decode(view, AT);
      expect(codec.decode(array, AT), name).toEqual(value);
      expect(codec.fromBytes(array, AT), name).toEqual(value);
      expect(codec.fromBytes(view, AT), name).toEqual(value);
      expect(codec.decode(Buffer.from(array), AT), name).toEqual(value);
      expect(codec.decode(array.subarray(AT)), name).toEqual(value);
    }
  });

  it("is written as a view is, and nowhere else", () => {
    for (const { codec, name } of all) {
      const value = codec.decode(windows(codec.size).view, AT);
      const [one, other] = [windows(codec.size, () => 0xee), windows(codec.size, () => 0xee)];
      codec.encode(value, one.view, AT);
      codec.encode(value, other.array, AT);
      expect(new Uint8Array(other.buffer), name).toEqual(new Uint8Array(one.buffer));
      expect(codec.toBytes(value, other.array.subarray(AT)), name).toEqual(other.array.slice(AT));
      expect(codec.toBytes(value, new DataView(other.buffer, BEFORE + AT, codec.size)), name).toEqual(
        other.array.slice(AT),
      );
    }
  });

  it("is looked into by views, which write through to it", () => {
    const { codec } = all.find(({ name }) => name.startsWith("ckpt_hdr of")) as (typeof all)[number];
    const { array } = windows(codec.size, () => 0);
    const view = codec.view(array, AT) as unknown as { type: number; readonly $at: number };
    view.type = 0x01020304;
    expect([...array.subarray(AT, AT + 4)].sort()).toEqual([1, 2, 3, 4]);
    expect(view.$at).toBe(AT);
  });

  it("has a tail as a view has", () => {
    const tailed = all.filter(({ codec }) => hasTail(codec));
    expect(tailed.length).toBeGreaterThan(4);
    for (const { codec, name } of tailed) {
      if (!hasTail(codec)) continue;
      const { array, view, buffer } = windows(codec.size + 64 * codec.tailElementSize, () => 0);
      const struct = codec.decode(view, AT);
      for (const key of ["ngroups", "nr_pending", "count"]) if (key in struct) struct[key] = 2;
      codec.encode(struct, view, AT);
      const count = codec.tailCount(view, AT);
      expect(codec.tailCount(array, AT), name).toBe(count);
      const values = codec.decodeTail(view, AT);
      expect(codec.decodeTail(array, AT), name).toEqual(values);
      expect(values).toHaveLength(count);
      expect(thrown(() => codec.decodeTail(array, AT, AT + codec.size - 1))).toEqual(
        thrown(() => codec.decodeTail(view, AT, AT + codec.size - 1)),
      );
      const before = new Uint8Array(buffer.slice(0));
      codec.encodeTail(values, array, AT);
      expect(new Uint8Array(buffer)).toEqual(before);
    }
  });

  it("that is too short is told as a view is", () => {
    const { codec } = all[0] as (typeof all)[number];
    const { array, view } = windows(codec.size - 1);
    for (const bytes of [array, view]) {
      const error = thrown(() => codec.decode(bytes, AT));
      expect(error).toBeInstanceOf(ShortBufferError);
      expect(error).toMatchObject({ offset: AT, needed: codec.size, available: codec.size - 1 });
    }
  });

  it("of another realm is bytes as well", () => {
    const { codec } = all[0] as (typeof all)[number];
    const array = runInNewContext(`new Uint8Array(${codec.size})`) as Uint8Array;
    expect(array instanceof Uint8Array).toBe(false);
    expect(codec.decode(array)).toEqual(codec.decode(new Uint8Array(codec.size)));
    const view = runInNewContext(`new DataView(new ArrayBuffer(${codec.size}))`) as DataView;
    expect(codec.decode(view)).toEqual(codec.decode(new Uint8Array(codec.size)));
  });
});

describe("what is neither is refused with a typed error", () => {
  const OTHERS: readonly (readonly [what: string, value: unknown])[] = [
    ["an ArrayBuffer", new ArrayBuffer(64)],
    ["a Uint16Array", new Uint16Array(64)],
    ["a Float64Array", new Float64Array(64)],
    ["a Uint8ClampedArray", new Uint8ClampedArray(64)],
    ["an Int8Array", new Int8Array(64)],
    ["an Array", Array.from({ length: 64 }, () => 0)],
    ["an Object", { byteLength: 64 }],
    ["a string", "\0".repeat(64)],
    ["a number", 64],
    ["undefined", undefined],
    ["null", null],
  ];

  it.each(OTHERS)("%s", (what, value) => {
    for (const { codec } of all) {
      const given = value as Uint8Array;
      const zero = codec.decode(new Uint8Array(codec.size));
      const uses: (() => unknown)[] = [
        () => codec.decode(given),
        () => codec.fromBytes(given),
        () => codec.view(given),
        () => codec.encode(zero, given),
        ...(value === undefined ? [] : [() => codec.toBytes(zero, given)]),
        ...(hasTail(codec)
          ? [() => codec.tailCount(given), () => codec.decodeTail(given), () => codec.encodeTail([], given)]
          : []),
      ];
      for (const use of uses) {
        const error = thrown(use);
        expect(error).toBeInstanceOf(NotBytesError);
        expect(error).toMatchObject({ code: "not-bytes", value });
        expect((error as Error).message).toBe(
          `${codec.struct} (${codec.abi}) takes a DataView or a Uint8Array, not ${what}`,
        );
      }
    }
  });
});
