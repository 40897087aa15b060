/** Sizes of types while declarations are read, for `sizeof` and `_Alignas`, within the limits of any machine. */
import { BrokenHeader } from "../broken.js";
import { type Extent, type ExtentOf, extentOfType } from "../layout.js";
import type { CToken } from "../tokens.js";
import { widthOf } from "../types.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import type { Scope } from "./scope.js";
import { type TypeReading, usable } from "./typed.js";

/** Deepest nesting of structs within structs. */
const MAX_STRUCT_DEPTH = 100;

/** Size of the largest type in bytes: the address space of a 32-bit machine. */
const MAX_TYPE_BYTES = 2 ** 32;

/**
 * Size and alignment of a type, in bytes.
 *
 * @throws {BrokenHeader} at the token, when a struct in the type is unknown, or when it is too large
 */
export function extentOfResolved(reading: DeclarationReader, resolved: TypeReading, at: CToken): Extent {
  const { type, dims, typeAlign } = usable(resolved);
  const extent = withStructs(reading, at, (extentOf) => extentOfType(type, reading.scope.arch, extentOf));
  const size = dims.reduce((product, { value }) => product * value, extent.size);
  if (size > MAX_TYPE_BYTES) throw errorAt(at, "bad-length", "the type is larger than 4 GiB");
  return { size, align: typeAlign ?? extent.align };
}

/**
 * Calls `read`, which needs sizes of structs.
 *
 * @throws {BrokenHeader} at the token, when the size of a struct is unknown
 */
export function withStructs<T>({ scope }: DeclarationReader, at: CToken, read: (extentOf: ExtentOf) => T): T {
  let missing: string | undefined;
  const result = read((tag) => {
    const own = structExtent(scope, tag);
    if (!own) missing ??= tag;
    return own;
  });
  if (missing !== undefined) throw errorAt(at, "no-constant", `the size of ${missing} is not known here`);
  return result;
}

/** The alignment of a type outside of structs, the value of `__alignof__`. Within structs, i386 aligns 64-bit scalars to 4 bytes. */
export function preferredAlignment(resolved: TypeReading, { align }: Extent): number {
  const { type, typeAlign } = usable(resolved);
  return typeAlign === undefined && type.kind === "scalar" ? widthOf(type.scalar) : align;
}

/**
 * Size and alignment of a struct of the headers, else of the schema; undefined when it does not exist, or contains an unknown struct.
 *
 * @throws {BrokenHeader} when it contains itself, is nested too deeply or is too large
 */
export function structExtent(scope: Scope, tag: string): Extent | undefined {
  const struct = scope.structs.get(tag);
  if (!struct) return scope.known.extent(tag);
  const known = scope.computed.get(tag);
  if (known || scope.unsized.has(tag)) return known;
  const { computing } = scope;
  if (computing.has(tag))
    throw new BrokenHeader(
      struct.place,
      "endless-struct",
      `struct ${tag} contains itself: ${[...computing, tag].join(" > ")}`,
    );
  if (computing.size > MAX_STRUCT_DEPTH)
    throw new BrokenHeader(struct.place, "too-deep", "structs are nested too deeply");
  computing.add(tag);
  try {
    let isKnown = true;
    const extent = extentOfType(struct, scope.arch, (inner) => {
      const own = structExtent(scope, inner);
      isKnown &&= own !== undefined;
      return own;
    });
    if (!(extent.size <= MAX_TYPE_BYTES))
      throw new BrokenHeader(struct.place, "bad-length", `${struct.kind} ${tag} is larger than 4 GiB`);
    if (isKnown) scope.computed.set(tag, extent);
    else scope.unsized.add(tag);
    return isKnown ? extent : undefined;
  } finally {
    computing.delete(tag);
  }
}
