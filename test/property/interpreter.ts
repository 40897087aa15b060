/**
 * Reads a struct by its descriptor, byte by byte: slowly, and independently of the generated code. Codecs must decode the same, so that an offset or
 * a width is found that a codec has wrong in both directions.
 */
import { decodeEscaped } from "../../generated/codecs/index.js";
import { type Aggregate, leafSize, type Shape } from "./shape.js";

/** The value of a shape at `at`. */
export function interpret(shape: Shape, bytes: Uint8Array, at: number, littleEndian: boolean): unknown {
  switch (shape.kind) {
    case "array":
      return Array.from({ length: shape.length }, (_, i) =>
        interpret(shape.element, bytes, at + i * shape.stride, littleEndian),
      );
    case "struct":
    case "union":
      return interpretObject(shape, bytes, at, littleEndian);
    case "bytes":
      return bytes.slice(at, at + shape.length);
    case "text": {
      let end = at + shape.length;
      while (end > at && bytes[end - 1] === 0) end--;
      return decodeEscaped(bytes.slice(at, end));
    }
    case "float": {
      const view = new DataView(bytes.slice(at, at + leafSize(shape)).buffer);
      return shape.bits === 32 ? view.getFloat32(0, littleEndian) : view.getFloat64(0, littleEndian);
    }
    case "integer": {
      const little = shape.order === "image" ? littleEndian : shape.order === "little";
      const field = [...bytes.slice(at, at + leafSize(shape))];
      const digits = (little ? field.reverse() : field).map((byte) => byte.toString(16).padStart(2, "0"));
      const unsigned = BigInt(`0x${digits.join("")}`);
      const value = shape.signed ? BigInt.asIntN(shape.bits, unsigned) : unsigned;
      return shape.bits === 64 ? value : Number(value);
    }
  }
}

/** The value of an aggregate. Members of anonymous aggregates belong to the parent; a union yields all of its members. */
function interpretObject(shape: Aggregate, bytes: Uint8Array, at: number, littleEndian: boolean): object {
  return Object.fromEntries(
    shape.members.flatMap(({ name, offset, shape: inner }) => {
      const value = interpret(inner, bytes, at + offset, littleEndian);
      return name === null ? Object.entries(value as object) : [[name, value] as const];
    }),
  );
}
