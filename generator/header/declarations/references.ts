/** Checks that all structs that members consist of exist, do not contain themselves, and are not too large. */
import { BrokenHeader } from "../broken.js";
import type { HeaderMember, SourcePlace } from "../model.js";
import { structExtent } from "./extents.js";
import type { Scope } from "./scope.js";
import { suggestType } from "./suggest-type.js";

/** Deepest nesting of structs within structs. */
const MAX_STRUCT_DEPTH = 100;

/**
 * Checks all structs of the headers.
 *
 * @throws {BrokenHeader} for an unknown, recursive or too large struct
 */
export function checkNesting(scope: Scope): void {
  for (const struct of scope.structs.values()) checkMembers(scope, struct.members);
  checkCycles(scope);
  for (const { tag } of scope.structs.values()) structExtent(scope, tag);
}

/** Checks that the struct of every member is in the headers or in the schema. */
function checkMembers(scope: Scope, members: readonly HeaderMember[]): void {
  for (const { type, place } of members) {
    if (type.kind === "reference" && !scope.structs.has(type.tag) && !scope.known.extent(type.tag))
      throw new BrokenHeader(
        place,
        "unknown-type",
        `${type.c} is neither in the headers nor in the schema`,
        suggestType(type.tag, scope.structs.keys()),
      );
    if (type.kind === "struct" || type.kind === "union") checkMembers(scope, type.members);
  }
}

function checkCycles({ structs }: Scope): void {
  const done = new Set<string>();
  const visit = (tag: string, path: readonly string[], place: SourcePlace): void => {
    if (path.includes(tag))
      throw new BrokenHeader(place, "endless-struct", `struct ${tag} contains itself: ${[...path, tag].join(" > ")}`);
    const struct = structs.get(tag);
    if (!struct || done.has(tag)) return;
    if (path.length > MAX_STRUCT_DEPTH)
      throw new BrokenHeader(struct.place, "too-deep", "structs are nested too deeply");
    const inside = (members: readonly HeaderMember[]): void => {
      for (const member of members) {
        if (member.type.kind === "reference") visit(member.type.tag, [...path, tag], member.place);
        else if (member.type.kind !== "scalar") inside(member.type.members);
      }
    };
    inside(struct.members);
    done.add(tag);
  };
  for (const { tag, place } of structs.values()) visit(tag, [], place);
}
