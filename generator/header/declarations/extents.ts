/** Sizes of types while declarations are read: what `sizeof` and `_Alignas` ask for, within the limits of any machine. */
import { BrokenHeader } from "../broken.js";
import { type Extent, type ExtentOf, extentOfType } from "../layout.js";
import type { Token } from "../tokens.js";
import { widthOf } from "../types.js";
import { errorAt, type Reading } from "./reading.js";
import type { Scope } from "./scope.js";
import { type Resolved, usable } from "./typed.js";

/** Deepest nesting of structs within structs. */
const DEEPEST = 100;

/** Bytes of a type: what a 32-bit machine can address. */
const LARGEST = 2 ** 32;

/** Size and alignment of a type, in bytes. Throws `BrokenHeader` at the token when a struct in it is not known, or when it is too large. */
export function extentOfResolved(reading: Reading, resolved: Resolved, at: Token): Extent {
  const { type, dims, typeAlign } = usable(resolved);
  const extent = withStructs(reading, at, (extentOf) => extentOfType(type, reading.scope.arch, extentOf));
  const size = dims.reduce((product, { value }) => product * value, extent.size);
  if (size > LARGEST) throw errorAt(at, "bad-length", "the type is larger than 4 GiB");
  return { size, align: typeAlign ?? extent.align };
}

/** What needs the sizes of structs. Throws `BrokenHeader` at the token when one of them is not known. */
export function withStructs<T>({ scope }: Reading, at: Token, read: (extentOf: ExtentOf) => T): T {
  let missing: string | undefined;
  const result = read((tag) => {
    const own = structExtent(scope, tag);
    if (!own) missing ??= tag;
    return own;
  });
  if (missing !== undefined) throw errorAt(at, "no-constant", `the size of ${missing} is not known here`);
  return result;
}

/** The alignment of a type outside of structs, as `__alignof__` has it: within structs, i386 aligns 64-bit scalars to 4 bytes. */
export function preferredAlignment(resolved: Resolved, { align }: Extent): number {
  const { type, typeAlign } = usable(resolved);
  return typeAlign === undefined && type.kind === "scalar" ? widthOf(type.scalar) : align;
}

/**
 * Size and alignment of a struct of the headers, else of the schema; undefined when there is none, or when a struct in it is not known.
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
  if (computing.size > DEEPEST) throw new BrokenHeader(struct.place, "too-deep", "structs are nested too deeply");
  computing.add(tag);
  try {
    let isKnown = true;
    const extent = extentOfType(struct, scope.arch, (inner) => {
      const own = structExtent(scope, inner);
      isKnown &&= own !== undefined;
      return own;
    });
    if (!(extent.size <= LARGEST))
      throw new BrokenHeader(struct.place, "bad-length", `${struct.kind} ${tag} is larger than 4 GiB`);
    if (isKnown) scope.computed.set(tag, extent);
    else scope.unsized.add(tag);
    return isKnown ? extent : undefined;
  } finally {
    computing.delete(tag);
  }
}
