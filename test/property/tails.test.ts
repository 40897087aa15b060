/** Inline tails: arrays after a struct whose length the struct states and a reader must check. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnyCodec, MissingFieldError, ShortBufferError } from "../../generated/codecs/index.js";
import { thrown } from "../codecs/thrown.js";
import { expectSame, viewOf } from "./comparison.js";
import { interpret } from "./interpreter.js";
import { leafShape, type Shape } from "./shape.js";
import { RUNS, subjects } from "./subjects.js";
import { bytesArbitrary, valueArbitrary } from "./values.js";

/** Members of a codec with a tail. */
interface TailCodec extends AnyCodec {
  readonly tailOffset: number;
  readonly tailElementSize: number;
  tailCount(view: DataView, at?: number): number;
  decodeTail(view: DataView, at?: number, end?: number): unknown[];
  encodeTail(values: readonly unknown[], view: DataView, at?: number): void;
}

const tailed = subjects().flatMap(({ name, codec, layout, littleEndian }) => {
  const member = layout.members.find(({ flexible }) => flexible);
  if (!member) return [];
  const element = subjects().find(
    (other) =>
      other.littleEndian === littleEndian &&
      other.codec.struct === member.type.replace("struct ", "") &&
      other.codec.size === (codec as TailCodec).tailElementSize,
  );
  const shape: Shape = element?.shape ?? leafShape(member.type);
  return [{ name, codec: codec as TailCodec, tail: member.name as string, offset: member.offset, shape, littleEndian }];
});

test("three structs have a tail", () => {
  expect([...new Set(tailed.map(({ codec, tail }) => `${codec.struct}.${tail}`))].sort()).toEqual([
    "ckpt_hdr_groupinfo.groups",
    "ckpt_hdr_sighand.action",
    "ckpt_hdr_sigpending.siginfo",
  ]);
  // Group ids begin within the padding of their struct, the others after it.
  expect(new Set(tailed.map(({ codec }) => `${codec.struct} ${codec.size} ${codec.tailOffset}`))).toEqual(
    new Set(["ckpt_hdr_groupinfo 16 12", "ckpt_hdr_sighand 8 8", "ckpt_hdr_sigpending 24 24"]),
  );
});

describe.each(tailed.map((subject) => [subject.name, subject] as const))(
  "%s",
  (_, { codec, tail, offset, shape, littleEndian }) => {
    const { size, tailOffset, tailElementSize } = codec;
    /** Field with the number of elements; sighand always has one per signal. */
    const counter = codec.struct === "ckpt_hdr_groupinfo" ? "ngroups" : "nr_pending";
    const counted = codec.struct !== "ckpt_hdr_sighand";
    const counts = counted ? fc.nat(12) : fc.constant(64);

    /** Bytes of a struct that states `count` elements, and has room for `room`. */
    function announcing(count: number, room: number, at: number): Uint8Array {
      const bytes = new Uint8Array(at + Math.max(size, tailOffset + room * tailElementSize)).fill(0x5a);
      const header = codec.fromBytes(new Uint8Array(size)) as Record<string, unknown>;
      if (counted) header[counter] = count;
      codec.encode(header, viewOf(bytes), at);
      return bytes;
    }

    test("decodeTail reads what the descriptor says", () => {
      expect(tailOffset).toBe(offset);
      fc.assert(
        fc.property(counts, fc.nat(9), bytesArbitrary(64 * tailElementSize), (count, at, filling) => {
          const bytes = announcing(count, count, at);
          bytes.set(filling.subarray(0, count * tailElementSize), at + tailOffset);
          expect(codec.tailCount(viewOf(bytes), at)).toBe(count);
          const values = Array.from({ length: count }, (_, i) =>
            interpret(shape, bytes, at + tailOffset + i * tailElementSize, littleEndian),
          );
          expectSame(codec.decodeTail(viewOf(bytes), at), values);
          expectSame(
            codec.decodeTail(viewOf(bytes), at, at + tailOffset + count * tailElementSize),
            codec.decodeTail(viewOf(bytes), at),
          );
        }),
        RUNS,
      );
    });

    test("encodeTail writes the elements and nothing else", () => {
      const elements = counts.chain((count) =>
        fc.array(valueArbitrary(shape, littleEndian), { minLength: count, maxLength: count }),
      );
      fc.assert(
        fc.property(elements, fc.nat(9), (values, at) => {
          const bytes = announcing(values.length, values.length + 1, at);
          const before = bytes.slice();
          codec.encodeTail(values, viewOf(bytes), at);
          expectSame(codec.decodeTail(viewOf(bytes), at), values);
          const end = at + tailOffset + values.length * tailElementSize;
          expectSame(bytes.slice(0, at + tailOffset), before.slice(0, at + tailOffset));
          expectSame(bytes.slice(end), before.slice(end));

          codec.encodeTail(codec.decodeTail(viewOf(bytes), at), viewOf(before), at);
          expectSame(before, bytes);
        }),
        RUNS,
      );
    });

    test("a count that the record has no room for is refused without allocating", () => {
      const announced = counted ? [3, 0x7fffffff, 0xffffffff] : [64];
      for (const count of announced) {
        const bytes = announcing(count, 2, 5);
        const allocated = memory();
        for (const end of [undefined, bytes.length, bytes.length - 1, 5, 0, -1, Number.NaN]) {
          const error = thrown(() => codec.decodeTail(viewOf(bytes), 5, end)) as ShortBufferError;
          expect(error, `end ${end}`).toBeInstanceOf(ShortBufferError);
          expect(error).toMatchObject({ offset: 5, needed: tailOffset + count * tailElementSize });
          expect(error.message).toContain(
            `${codec.struct} (${codec.abi}) takes ${tailOffset + count * tailElementSize} bytes at offset 5`,
          );
        }
        expect(memory() - allocated).toBeLessThan(8 << 20);
      }
    });

    test("an end before the last element is refused, one behind the buffer does not help", () => {
      const count = counted ? 4 : 64;
      const bytes = announcing(count, count, 3);
      const full = 3 + tailOffset + count * tailElementSize;
      for (const end of [full - 1, full - tailElementSize, 3 + tailOffset, 3])
        expect(thrown(() => codec.decodeTail(viewOf(bytes), 3, end))).toBeInstanceOf(ShortBufferError);
      const cut = bytes.slice(0, full - 1);
      for (const end of [full, full + 1000, Infinity])
        expect(thrown(() => codec.decodeTail(viewOf(cut), 3, end))).toBeInstanceOf(ShortBufferError);
      expect(codec.decodeTail(viewOf(bytes), 3, Infinity)).toHaveLength(count);
    });

    test("a short buffer or a bad offset is refused", () => {
      const bytes = announcing(counted ? 1 : 64, 64, 0);
      const value = interpret(shape, new Uint8Array(tailElementSize), 0, littleEndian);
      for (const at of [-1, Number.NaN, bytes.length, Infinity, 1.5, 3n as unknown as number]) {
        const before = bytes.slice();
        expect(thrown(() => codec.tailCount(viewOf(bytes), at))).toBeInstanceOf(ShortBufferError);
        expect(thrown(() => codec.decodeTail(viewOf(bytes), at))).toBeInstanceOf(ShortBufferError);
        expect(thrown(() => codec.encodeTail([value], viewOf(bytes), at))).toBeInstanceOf(ShortBufferError);
        expectSame(bytes, before);
      }
      const short = viewOf(new Uint8Array(tailOffset + 2 * tailElementSize - 1));
      const error = thrown(() => codec.encodeTail([value, value], short));
      expect(error).toMatchObject({ code: "short-buffer", needed: tailOffset + 2 * tailElementSize });
      expect(new Uint8Array(short.buffer).every((byte) => byte === 0)).toBe(true);
    });

    test("a bad element is refused with its place, and nothing is written", () => {
      const good = interpret(shape, new Uint8Array(tailElementSize), 0, littleEndian);
      const bytes = new Uint8Array(tailOffset + 3 * tailElementSize).fill(0x5a);
      const error = thrown(() => codec.encodeTail([good, good, undefined], viewOf(bytes)));
      expect(error).toBeInstanceOf(MissingFieldError);
      expect(error).toMatchObject({ field: `${tail}[2]` });
      expect([...bytes].filter((byte) => byte !== 0x5a)).toEqual([]);
    });
  },
);

function memory(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
