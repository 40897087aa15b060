/** Every codec with invalid input: values outside a field's range, missing fields, buffers that are too short. */
import { beforeAll, describe, expect, test } from "vitest";
import { AbiError, MissingFieldError, OutOfRangeError, ShortBufferError } from "../../generated/codecs/index.js";
import { thrown } from "../codecs/thrown.js";
import { expectSame, viewOf } from "./comparison.js";
import { interpret } from "./interpreter.js";
import { isUnionMember, replace } from "./replace.js";
import { type Aggregate, type Field, fieldsOf, integerRange, type Leaf, pathName, type Shape } from "./shape.js";
import { type Subject, subjects } from "./subjects.js";

// Tens of thousands of errors are created here and none is printed: stack traces would take most of the time.
beforeAll(() => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
});

describe.each(subjects().map((subject): [string, Subject] => [subject.name, subject]))(
  "%s",
  (_, { codec, shape, littleEndian }) => {
    const { size } = codec;
    const zeros = interpret(shape, new Uint8Array(size), 0, littleEndian);
    const where = ` (${codec.abi}) `;

    /** Encodes over a pattern and returns the error; nothing may have been written. */
    function refusal(value: unknown): AbiError {
      const bytes = new Uint8Array(size).fill(0x5a);
      const error = thrown(() => codec.encode(value, viewOf(bytes)));
      if (!(error instanceof AbiError)) throw error;
      if (bytes.some((byte) => byte !== 0x5a)) throw new Error(`wrote before it refused: ${error.message}`);
      return error;
    }

    function expectFacts(error: AbiError, name: string, bad: unknown, words: readonly string[]): void {
      const { subject, field, allowed } = error as OutOfRangeError;
      const message = `${codec.struct}.${name}${where}${bad === undefined ? "is missing: it takes" : "takes"} ${allowed}`;
      const facts = [
        error.constructor === (bad === undefined ? MissingFieldError : OutOfRangeError),
        subject.struct === codec.struct,
        subject.abi === codec.abi,
        field === name,
        bad === undefined || Object.is((error as OutOfRangeError).value, bad),
        error.message === message || error.message === `${message}, not ${shown(bad)}`,
        words.every((word) => allowed.includes(word)),
      ];
      if (facts.every(Boolean)) return;
      expect(error.message).toContain(message);
      expect({ facts, field, allowed, bad }).toEqual({ facts: facts.map(() => true), field: name, allowed, bad });
    }

    test("a value that does not fit is refused by encode and by the view", () => {
      for (const field of fieldsOf(shape))
        for (const bad of badValues(field.leaf)) {
          // A union may lack a member.
          if (bad === undefined && isUnionMember(shape, field.path)) continue;
          const value = structuredClone(zeros);
          replace(shape, value, field.path, bad);
          expectFacts(refusal(value), field.name, bad, allowedWords(field.leaf));

          const bytes = new Uint8Array(size).fill(0x5a);
          const error = thrown(() => assign(codec.view(viewOf(bytes)), field.path, bad));
          if (!(error instanceof AbiError)) throw error;
          expectFacts(error, field.name, bad, allowedWords(field.leaf));
          expectSame(bytes, new Uint8Array(size).fill(0x5a));
        }
    });

    test("arrays, nested structs and unions of the wrong kind are refused", () => {
      for (const { path, shape: inner } of aggregatesOf(shape))
        for (const bad of inner.kind === "array" ? badArrays(inner.length) : [null, 7, "text", true, undefined]) {
          if (bad === undefined && isUnionMember(shape, path)) continue;
          const value = structuredClone(zeros);
          replace(shape, value, path, bad);
          const words = inner.kind === "array" ? [`an array of ${inner.length}`] : ["an object"];
          expectFacts(refusal(value), pathName(path), bad, words);
        }
      for (const { path, shape: inner } of aggregatesOf(shape)) {
        if (inner.kind !== "union" || isUnionMember(shape, path)) continue;
        const value = structuredClone(zeros);
        replace(shape, value, path, {});
        expectFacts(refusal(value), pathName(path), undefined, ["one of ", ...unionNames(inner)]);
      }
    });

    test("a buffer that is too short is refused, whatever the offset", () => {
      const places: [length: number, at: number][] = [
        ...Array.from({ length: size }, (_, length): [number, number] => [length, 0]),
        ...[1, size - 1, size, size + 1, 0x7fffffff, 2 ** 40, Number.MAX_SAFE_INTEGER].map((at): [number, number] => [
          size,
          at,
        ]),
        // Invalid offsets; JavaScript callers may pass fractions and bigints, which a compiler would reject.
        ...[-1, -size, -Infinity, Infinity, Number.NaN, 2 ** 53, 0.5, 1.5, 3n as unknown as number].map(
          (at): [number, number] => [2 * size + 4, at],
        ),
        [size + 7, 8],
      ];
      for (const [length, at] of places) {
        const bytes = new Uint8Array(length).fill(0x5a);
        const view = viewOf(bytes);
        const uses = [
          () => codec.decode(view, at),
          () => codec.encode(zeros, view, at),
          () => codec.view(view, at),
          () => codec.fromBytes(bytes, at),
        ];
        for (const use of uses) {
          const error = thrown(use) as ShortBufferError;
          const isOffset = Number.isSafeInteger(at) && at >= 0;
          const available = isOffset ? Math.max(0, length - at) : 0;
          const shown = typeof at === "bigint" ? `${at}n` : at;
          const message = isOffset
            ? `${codec.struct}${where}takes ${size} bytes at offset ${at}, but the buffer has ${available}`
            : `${codec.struct}${where}takes an offset that is a whole number from 0 on, not ${shown}`;
          const facts = [error.constructor, error.subject?.struct, error.subject?.abi, error.offset, error.needed];
          expectSame(
            [...facts, error.available, error.message],
            [ShortBufferError, codec.struct, codec.abi, at, size, available, message],
          );
        }
        expectSame(bytes, new Uint8Array(length).fill(0x5a));
      }
    });

    test("no field may be missing", () => {
      for (const { name, shape: inner } of shape.members) {
        if (name === null) continue;
        const value = structuredClone(zeros) as Record<string, unknown>;
        delete value[name];
        const error = refusal(value);
        expect(error, name).toBeInstanceOf(MissingFieldError);
        expect((error as MissingFieldError).field).toBe(name);
        expect(error.message).toMatch(inner.kind === "integer" ? /is missing: it takes an? / : /is missing: it takes /);
      }
    });
  },
);

/** Invalid values of a leaf; undefined is a missing field. */
function badValues(leaf: Leaf): unknown[] {
  const never = [undefined, null, true, {}, [], Symbol.iterator, () => 0];
  switch (leaf.kind) {
    case "integer": {
      const [min, max] = integerRange(leaf);
      return leaf.bits === 64
        ? [...never, max + 1n, min - 1n, 1n << 200n, 0, 1.5, Number.NaN, "0"]
        : [...never, Number(max) + 1, Number(min) - 1, 0.5, -0.5, 2 ** 53, Number.NaN, Infinity, -Infinity, 0n, "0"];
    }
    case "float":
      return leaf.bits === 32 ? [...never, 0.1, 1e39, 0n, "0"] : [...never, 0n, "0"];
    case "bytes":
      return [
        ...never,
        new Uint8Array(leaf.length + 1),
        new Uint8Array(leaf.length - 1),
        new Array(leaf.length).fill(0),
        new Uint16Array(leaf.length),
        new ArrayBuffer(leaf.length),
        "text",
        0,
      ];
    case "text":
      return [...never, 0, 0n, new Uint8Array(leaf.length)];
  }
}

function badArrays(length: number): unknown[] {
  return [null, {}, "text", undefined, [], new Array(length + 1).fill(0), new Uint8Array(length), { length }];
}

/** Expected words about the allowed range, derived independently of the runtime. */
function allowedWords(leaf: Leaf): string[] {
  switch (leaf.kind) {
    case "integer": {
      const unit = leaf.bits === 64 ? "n" : "";
      const [min, max] = integerRange(leaf);
      return [leaf.bits === 64 ? "bigint" : "integer", `from ${min}${unit} to ${max}${unit}`];
    }
    case "float":
      return ["number", ...(leaf.bits === 32 ? ["32"] : [])];
    default:
      return [String(leaf.length), leaf.kind === "text" ? "text" : "Uint8Array"];
  }
}

/** Arrays, nested structs and named unions, with their paths; the first and the last element of an array. */
function aggregatesOf(shape: Shape, path: Field["path"] = []): { path: Field["path"]; shape: Shape }[] {
  const own = path.length > 0 && shape.kind !== "integer" ? [{ path, shape }] : [];
  if (shape.kind === "array")
    return [
      ...own,
      ...[...new Set([0, shape.length - 1])].flatMap((index) => aggregatesOf(shape.element, [...path, index])),
    ];
  if (shape.kind !== "struct" && shape.kind !== "union") return [];
  return [
    ...own,
    ...shape.members.flatMap(({ name, shape: inner }) =>
      name === null ? membersOnly(inner, path) : aggregatesOf(inner, [...path, name]),
    ),
  ];
}

/** Contents of an anonymous aggregate, which has no value of its own. */
function membersOnly(shape: Shape, path: Field["path"]): { path: Field["path"]; shape: Shape }[] {
  return aggregatesOf(shape, path).filter((inner) => inner.path !== path);
}

function unionNames({ members }: Aggregate): string[] {
  return members.flatMap(({ name }) => (name === null ? [] : [name]));
}

/** Sets a field through a view. */
function assign(window: unknown, path: Field["path"], value: unknown): void {
  // biome-ignore lint/suspicious/noExplicitAny: the steps are known at run time only
  const step = (part: any, key: string | number) => (typeof key === "number" ? part.get(key) : part[key]);
  const parent = path.slice(0, -1).reduce(step, window);
  const last = path.at(-1) as string | number;
  if (typeof last === "number") parent.set(last, value);
  else parent[last] = value;
}

/** Text of a value in a message. */
function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "symbol" || typeof value === "function" ? `a ${typeof value}` : String(value);
}
