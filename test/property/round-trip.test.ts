/** Every codec compared with its descriptor and with itself: values and bytes survive a round trip. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, viewOf } from "./comparison.js";
import { interpret } from "./interpreter.js";
import { coverage } from "./shape.js";
import { RUNS, type Subject, subjects } from "./subjects.js";
import { bytesArbitrary, valueArbitrary } from "./values.js";

/** Number of bytes before and after the struct that no codec may change. */
const GUARD = 9;

describe.each(subjects().map((subject): [string, Subject] => [subject.name, subject]))(
  "%s",
  (_, { codec, shape, littleEndian }) => {
    const { size } = codec;
    const placed = fc.tuple(bytesArbitrary(size + 2 * GUARD), fc.integer({ min: 0, max: 2 * GUARD }));

    test("decode reads what the descriptor says", () => {
      expect(size).toBe(shape.size);
      fc.assert(
        fc.property(placed, ([bytes, at]) => {
          const decoded = codec.decode(viewOf(bytes), at);
          expectSame(decoded, interpret(shape, bytes, at, littleEndian));
          expectSame(codec.fromBytes(bytes, at), decoded);
        }),
        RUNS,
      );
    });

    test("encode(decode(bytes)) over the same bytes changes none", () => {
      fc.assert(
        fc.property(placed, ([bytes, at]) => {
          const target = bytes.slice();
          codec.encode(codec.decode(viewOf(bytes), at), viewOf(target), at);
          expectSame(target, bytes);
          const alone = bytes.slice(at, at + size);
          expectSame(codec.toBytes(codec.fromBytes(alone), alone), alone);
        }),
        RUNS,
      );
    });

    test("encode writes all fields and neither padding nor anything outside", () => {
      const covered = coverage(shape);
      fc.assert(
        fc.property(placed, bytesArbitrary(size), ([bytes, at], source) => {
          const value = codec.fromBytes(source);
          const target = bytes.slice();
          codec.encode(value, viewOf(target), at);
          expectSame(
            target,
            bytes.map((byte, i) => (covered[i - at] ? (source[i - at] as number) : byte)),
          );
          expectSame(
            codec.toBytes(value),
            source.map((byte, i) => (covered[i] ? byte : 0)),
          );
        }),
        RUNS,
      );
    });

    test("decode(encode(value)) is the value", () => {
      fc.assert(
        fc.property(valueArbitrary(shape, littleEndian), placed, (value, [bytes, at]) => {
          const view = viewOf(bytes);
          codec.encode(value, view, at);
          const decoded = codec.decode(view, at);
          if (!contains(decoded, value)) expect(decoded).toMatchObject(value as object);
        }),
        RUNS,
      );
    });
  },
);

/** Whether everything given was returned; a union also returns the members that were left out. */
function contains(decoded: unknown, given: unknown): boolean {
  if (typeof given !== "object" || given === null || given instanceof Uint8Array)
    return isDeepStrictEqual(decoded, given);
  if (Array.isArray(given) && (!Array.isArray(decoded) || decoded.length !== given.length)) return false;
  return Object.entries(given).every(([key, part]) => contains((decoded as Record<string, unknown>)[key], part));
}
