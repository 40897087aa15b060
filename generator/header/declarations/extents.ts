/** Sizes of types while declarations are read: what `sizeof` and `_Alignas` ask for. */
import { type Extent, type ExtentOf, extentOfType } from "../layout.js";
import type { Token } from "../tokens.js";
import { widthOf } from "../types.js";
import { errorAt, type Reading } from "./reading.js";
import type { Scope } from "./scope.js";
import { type Resolved, usable } from "./typed.js";

/** Size and alignment of a type. Throws `BrokenHeader` at the token when a struct in it is not known. */
export function extentOfResolved(reading: Reading, resolved: Resolved, at: Token): Extent {
  const { type, dims, typeAlign } = usable(resolved);
  const extent = withStructs(reading, at, (extentOf) => extentOfType(type, reading.scope.arch, extentOf));
  return {
    size: dims.reduce((product, { value }) => product * value, extent.size),
    align: typeAlign ?? extent.align,
  };
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

/** The alignment of a type outside of structs, which `__alignof__` tells: i386 has it smaller within them, of scalars with 64 bits. */
export function preferredAlignment(resolved: Resolved, { align }: Extent): number {
  const { type, typeAlign } = usable(resolved);
  return typeAlign === undefined && type.kind === "scalar" ? widthOf(type.scalar) : align;
}

function structExtent(scope: Scope, tag: string): Extent | undefined {
  const struct = scope.structs.get(tag);
  if (!struct) return scope.known.extent(tag);
  const known = scope.computed.get(tag);
  // While it is being computed, it is asked for only by what is in itself.
  if (known || scope.computed.has(tag)) return known;
  scope.computed.set(tag, undefined);
  let isKnown = true;
  const extent = extentOfType(struct, scope.arch, (inner) => {
    const own = structExtent(scope, inner);
    isKnown &&= own !== undefined;
    return own;
  });
  if (isKnown) scope.computed.set(tag, extent);
  else scope.computed.delete(tag);
  return isKnown ? extent : undefined;
}
