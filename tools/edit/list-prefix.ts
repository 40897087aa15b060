/**
 * Fields whose paths begin as somebody has typed, for completion. Paths are listed in one form each; what is typed may be in any other, such
 * as `mm[0].vma[` or `task[pid=5].`, and is kept as it is.
 */
import { UsageError } from "../errors/usage-error.js";
import type { Image } from "../image/image.js";
import { type ListedField, listFields, listWithin } from "./list.js";
import { parsePath } from "./path.js";
import { Resolver } from "./resolve.js";
import type { Match } from "./spot.js";

export function* listBeginning(image: Image, prefix: string, all = false): Generator<ListedField, void, void> {
  let found = false;
  for (const listed of listFields(image, { prefix, all })) {
    found = true;
    yield listed;
  }
  if (!found) yield* inOtherForm(image, prefix, all);
}

function* inOtherForm(image: Image, prefix: string, all: boolean): Generator<ListedField, void, void> {
  const resolver = new Resolver(image);
  for (const head of headsOf(prefix)) {
    const matches = matchesOf(resolver, head);
    for (const { path, spot } of matches) {
      // Several, because of `[*]`, need paths that tell them apart.
      const own = matches.length > 1 ? path : head;
      yield* listWithin(image, spot, own, { prefix: own + prefix.slice(head.length), all });
    }
    if (matches.length > 0) return;
  }
}

/** What may be a whole path: all of it, or as far as a dot, the last one first. */
function* headsOf(prefix: string): Generator<string, void, void> {
  for (let end = prefix.length; end > 0; end = prefix.lastIndexOf(".", end - 1)) yield prefix.slice(0, end);
}

/** None for a path that is not finished or leads nowhere. */
function matchesOf(resolver: Resolver, path: string): Match[] {
  try {
    return [...resolver.resolve(parsePath(path))];
  } catch (error) {
    if (error instanceof UsageError && error.code === "bad-path") return [];
    throw error;
  }
}
