/** Sizes of types while declarations are read: what `sizeof` and `_Alignas` ask for. */
import { type Extent, extentOfType } from "../layout.js";
import type { Token } from "../tokens.js";
import { errorAt, type Reading } from "./reading.js";
import type { Scope } from "./scope.js";
import { type Resolved, usable } from "./typed.js";

/** Size and alignment of a type. Throws `BrokenHeader` at the token when a struct in it is not known. */
export function extentOfResolved({ scope }: Reading, resolved: Resolved, at: Token): Extent {
  const { type, dims, typeAlign } = usable(resolved);
  let missing: string | undefined;
  const extent = extentOfType(type, scope.arch, (tag) => {
    const own = structExtent(scope, tag);
    if (!own) missing ??= tag;
    return own;
  });
  if (missing !== undefined) throw errorAt(at, "no-constant", `the size of ${missing} is not known here`);
  return {
    size: dims.reduce((product, { value }) => product * value, extent.size),
    align: typeAlign ?? extent.align,
  };
}

function structExtent(scope: Scope, tag: string): Extent | undefined {
  const struct = scope.structs.get(tag);
  if (!struct) return scope.known.extent(tag);
  const { kind, members, aligned, packed } = struct;
  const extent =
    scope.computed.get(tag) ??
    extentOfType({ kind, members, aligned, packed }, scope.arch, (inner) =>
      inner === tag ? undefined : structExtent(scope, inner),
    );
  scope.computed.set(tag, extent);
  return extent;
}
