/** Sizes of what headers declare, within the limits of any machine. */
import { BrokenHeader } from "../broken.js";
import { type Extent, extentOfType } from "../layout.js";
import type { Token } from "../tokens.js";
import { errorAt, type Reading } from "./reading.js";
import type { Scope } from "./scope.js";
import { type Resolved, usable } from "./typed.js";

/** Deepest nesting of structs within structs. */
const DEEPEST = 100;

/** Bytes of a type: what a 32-bit machine can address. */
const LARGEST = 2 ** 32;

/** Size and alignment of a type, in bytes. Throws `BrokenHeader` at the token when a struct in it is not known, or when it is too large. */
export function extentOfResolved({ scope }: Reading, resolved: Resolved, at: Token): Extent {
  const { type, dims, typeAlign } = usable(resolved);
  let missing: string | undefined;
  const extent = extentOfType(type, scope.arch, (tag) => {
    const own = structExtent(scope, tag);
    if (!own) missing ??= tag;
    return own;
  });
  if (missing !== undefined) throw errorAt(at, "no-constant", `the size of ${missing} is not known here`);
  const size = dims.reduce((product, { value }) => product * value, extent.size);
  if (size > LARGEST) throw errorAt(at, "bad-length", "the type is larger than 4 GiB");
  return { size, align: typeAlign ?? extent.align };
}

/**
 * Size and alignment of a struct of the headers, else of the schema; undefined when there is none.
 *
 * @throws {BrokenHeader} when it contains itself, is nested too deeply or is too large
 */
export function structExtent(scope: Scope, tag: string): Extent | undefined {
  const struct = scope.structs.get(tag);
  if (!struct) return scope.known.extent(tag);
  const known = scope.computed.get(tag);
  if (known) return known;
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
    const { kind, members, aligned, packed } = struct;
    const extent = extentOfType({ kind, members, aligned, packed }, scope.arch, (inner) => structExtent(scope, inner));
    if (!(extent.size <= LARGEST))
      throw new BrokenHeader(struct.place, "bad-length", `${kind} ${tag} is larger than 4 GiB`);
    scope.computed.set(tag, extent);
    return extent;
  } finally {
    computing.delete(tag);
  }
}
