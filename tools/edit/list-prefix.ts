/**
 * Completes a partial path: lists fields whose paths begin with it. Lists use one form of each path; the typed prefix may have another form, such as
 * `mm[0].vma[` or `task[pid=5].`, and is kept.
 */
import { UsageError } from "../errors/usage-error.js";
import type { Image } from "../image/image.js";
import { type ListedField, listFields, listWithin } from "./list.js";
import { parsePath } from "./path.js";
import { Resolver } from "./resolve.js";
import type { SpotMatch } from "./spot.js";

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
      // Several matches, because of `[*]`, need distinct paths.
      const own = matches.length > 1 ? path : head;
      yield* listWithin(image, spot, own, { prefix: own + prefix.slice(head.length), all });
    }
    if (matches.length > 0) return;
  }
}

/** Candidates for a complete path: the whole prefix, or a part up to a dot, the longest first. */
function* headsOf(prefix: string): Generator<string, void, void> {
  for (let end = prefix.length; end > 0; end = prefix.lastIndexOf(".", end - 1)) yield prefix.slice(0, end);
}

/** What a path leads to; empty for an incomplete path, or one that leads nowhere. */
function matchesOf(resolver: Resolver, path: string): SpotMatch[] {
  try {
    return [...resolver.resolve(parsePath(path))];
  } catch (error) {
    if (error instanceof UsageError && error.code === "bad-path") return [];
    throw error;
  }
}
