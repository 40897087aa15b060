/** Arbitrary values of a struct, made from the descriptors. */
import fc from "fast-check";
import { decodeEscaped } from "../../generated/codecs/index.js";
import { interpret } from "./interpreter.js";
import { type Aggregate, integerRange, type Leaf, type Shape } from "./shape.js";

/** Arbitrary bytes, including runs that are NaN as floats and invalid in every text encoding. */
export function bytesArbitrary(length: number): fc.Arbitrary<Uint8Array> {
  const random = fc.uint8Array({ minLength: length, maxLength: length });
  const runs = fc
    .constantFrom(
      [0x00],
      [0xff],
      [0x7f, 0xf0, 0x00, 0x01],
      [0xff, 0xf8],
      [0x80, 0x00],
      [0xed, 0xa0, 0x80],
      [0xc3, 0xa9],
    )
    .map((run) => Uint8Array.from({ length }, (_, i) => run[i % run.length] as number));
  return fc.oneof({ weight: 4, arbitrary: random }, { weight: 1, arbitrary: runs });
}

/** Valid values of a shape. A union has one of its members, or all of them in agreement. */
export function valueArbitrary(shape: Shape, littleEndian: boolean): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "array":
      return fc.array(valueArbitrary(shape.element, littleEndian), {
        minLength: shape.length,
        maxLength: shape.length,
      });
    case "struct":
      return fc
        .tuple(...shape.members.map(({ shape: inner }) => valueArbitrary(inner, littleEndian)))
        .map((values) =>
          Object.fromEntries(
            shape.members.flatMap(({ name }, i) =>
              name === null ? Object.entries(values[i] as object) : [[name, values[i]] as const],
            ),
          ),
        );
    case "union":
      return unionArbitrary(shape, littleEndian);
    default:
      return leafArbitrary(shape);
  }
}

function unionArbitrary(shape: Aggregate, littleEndian: boolean): fc.Arbitrary<unknown> {
  const one = shape.members.map(({ name, shape: inner }) =>
    valueArbitrary(inner, littleEndian).map((value) => (name === null ? value : { [name]: value })),
  );
  const all = bytesArbitrary(shape.size).map((bytes) => interpret(shape, bytes, 0, littleEndian));
  return fc.oneof(...one, all);
}

/** Valid values of a leaf; the limits of its range are more frequent. */
export function leafArbitrary(leaf: Leaf): fc.Arbitrary<unknown> {
  switch (leaf.kind) {
    case "integer": {
      const [min, max] = integerRange(leaf);
      return leaf.bits === 64
        ? fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max))
        : fc.oneof(fc.integer({ min: Number(min), max: Number(max) }), fc.constantFrom(Number(min), Number(max)));
    }
    case "float":
      return leaf.bits === 32 ? fc.float() : fc.double();
    case "bytes":
      return bytesArbitrary(leaf.length);
    case "text":
      return fc.oneof(
        bytesArbitrary(leaf.length).map((bytes) => trimmed(decodeEscaped(bytes))),
        fc.string({ maxLength: leaf.length >> 2, unit: "grapheme" }).map((text) => fitting(trimmed(text), leaf.length)),
      );
  }
}

/** A text field without trailing NULs. */
function trimmed(text: string): string {
  return text.replace(/\0+$/, "");
}

function fitting(text: string, length: number): string {
  return new TextEncoder().encode(text).length > length ? "" : text;
}
