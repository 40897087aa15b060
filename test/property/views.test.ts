/** Every view: getters return what decode does, and a setter changes only the bytes of its field, as encode would. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArrayView } from "../../generated/codecs/index.js";
import { expectSame, viewOf } from "./comparison.js";
import { replace } from "./replace.js";
import { type Aggregate, type Field, fieldsOf, leafSize, type Shape } from "./shape.js";
import { RUNS, type Subject, subjects } from "./subjects.js";
import { bytesArbitrary, leafArbitrary } from "./values.js";

/** Number of bytes before and after the struct. */
const GUARD = 9;

describe.each(subjects().map((subject): [string, Subject] => [subject.name, subject]))("%s", (_, { codec, shape }) => {
  const { size } = codec;
  const placed = fc.tuple(bytesArbitrary(size + 2 * GUARD), fc.integer({ min: 0, max: 2 * GUARD }));
  const fields = fieldsOf(shape);

  test("getters equal the decoded fields", () => {
    fc.assert(
      fc.property(placed, ([bytes, at]) => {
        const window = codec.view(viewOf(bytes), at);
        expectSame(readGetters(window, shape), codec.fromBytes(bytes, at));
      }),
      { ...RUNS, numRuns: 10 },
    );
  });

  test("setters change their own bytes only, and as encode does", () => {
    const assignment = fc
      .constantFrom(...fields)
      .chain((field) => fc.tuple(fc.constant(field), leafArbitrary(field.leaf)));
    fc.assert(
      fc.property(placed, assignment, ([bytes, at], [field, value]) => {
        const before = bytes.slice();
        set(codec.view(viewOf(bytes), at), field, value);

        const start = at + field.offset;
        const end = start + leafSize(field.leaf);
        expectSame(
          bytes.map((byte, i) => (i >= start && i < end ? 0 : byte)),
          before.map((byte, i) => (i >= start && i < end ? 0 : byte)),
        );
        expectSame(valueAt(codec.view(viewOf(bytes), at), field.path), value);

        const changed = codec.fromBytes(before, at);
        replace(shape, changed, field.path, value);
        codec.encode(changed, viewOf(before), at);
        expectSame(bytes, before);
      }),
      { ...RUNS, numRuns: Math.max(RUNS.numRuns, 3 * fields.length) },
    );
  });
});

describe("windows on bytes", () => {
  const withBytes = subjects().flatMap(({ name, codec, shape }) => {
    const field = fieldsOf(shape).find(({ leaf }) => leaf.kind === "bytes");
    return field ? [{ name, codec, field }] : [];
  });

  test.each(withBytes.map((subject) => [subject.name, subject] as const))(
    "%s: writing into what a getter gave writes into the image, into what decode gave does not",
    (_, { codec, field }) => {
      const bytes = new Uint8Array(codec.size + GUARD);
      const window = valueAt(codec.view(viewOf(bytes), GUARD), field.path) as Uint8Array;
      window[window.length - 1] = 0xa5;
      const last = GUARD + field.offset + leafSize(field.leaf) - 1;
      expect([...bytes].flatMap((byte, i) => (byte === 0 ? [] : [[i, byte]]))).toEqual([[last, 0xa5]]);

      const copy = valueAt(codec.fromBytes(bytes, GUARD), field.path) as Uint8Array;
      copy.fill(0xff);
      expect(bytes[last]).toBe(0xa5);
    },
  );
});

/** Reads all getters of a window. */
function readGetters(window: unknown, shape: Shape): unknown {
  if (shape.kind === "array") {
    expect(window).toBeInstanceOf(ArrayView);
    const view = window as ArrayView<unknown>;
    expect(view.length).toBe(shape.length);
    const all = [...view];
    expectSame(
      all.map((element) => readGetters(element, shape.element)),
      Array.from({ length: view.length }, (_, i) => readGetters(view.get(i), shape.element)),
    );
    return all.map((element) => readGetters(element, shape.element));
  }
  if (shape.kind === "struct" || shape.kind === "union")
    return Object.fromEntries(
      namedMembers(shape).map(({ name, shape: inner }) => [
        name,
        readGetters((window as Record<string, unknown>)[name], inner),
      ]),
    );
  return window instanceof Uint8Array ? window.slice() : window;
}

/** The members of an object, including those of anonymous aggregates. */
function namedMembers(shape: Aggregate): { name: string; shape: Shape }[] {
  return shape.members.flatMap(({ name, shape: inner }) =>
    name === null ? namedMembers(inner as Aggregate) : [{ name, shape: inner }],
  );
}

/** The value at a path, in a view or in a value. */
function valueAt(object: unknown, path: Field["path"]): unknown {
  return path.reduce<unknown>(
    (part, step) => (part instanceof ArrayView ? part.get(step as number) : (part as Record<string, unknown>)[step]),
    object,
  );
}

function set(window: unknown, { path }: Field, value: unknown): void {
  const parent = valueAt(window, path.slice(0, -1));
  const step = path.at(-1);
  if (parent instanceof ArrayView) parent.set(step as number, value);
  else (parent as Record<string, unknown>)[step as string] = value;
}
