/** Reads values that change between versions and differ between architectures. */
import type { History } from "../../runtime/varying.js";
import { Changing } from "../changing.js";
import { type Origin, within } from "../load/document.js";
import type { Context, Raw } from "./context.js";

/**
 * Reads a plain value, a history, or a mapping by architecture. `life` is the since and until of the enclosing entry. A leaf for which `parse`
 * returns undefined (after reporting the problem) counts as absent.
 */
export function readChanging<T>(
  context: Context,
  raw: unknown,
  origin: Origin,
  life: Raw,
  parse: (leaf: unknown, origin: Origin) => T | undefined,
): Changing<T> {
  const { order } = context;
  const first = life.since ?? context.versions[0]?.id ?? "";
  const end: History<T> = life.until === undefined || !order.has(life.until) ? [] : [[life.until, null]];

  const history = (value: unknown, at: Origin): History<T> => {
    if (!isMapping(value)) {
      const leaf = value === "absent" ? null : (parse(value, at) ?? null);
      return leaf === null || !order.has(first) ? [] : [[first, leaf], ...end];
    }
    const entries: [string, T | null][] = [];
    let previous = -1;
    for (const [id, leaf] of Object.entries(value)) {
      const version = context.version(id, within(at, id), "key");
      if (!version) continue;
      if (version.index <= previous)
        context.complain(within(at, id), {
          rule: "history-order",
          message: `\`${id}\` comes after a version that is not older`,
          suggestion: "a history runs from old to new",
        });
      previous = version.index;
      entries.push([id, leaf === "absent" ? null : (parse(leaf, within(at, id)) ?? null)]);
    }
    return [...entries, ...end];
  };

  if (!isMapping(raw) || isVersionId(Object.keys(raw)[0] ?? "")) return new Changing<T>(history(raw, origin), order);
  const byArch: Record<string, History<T>> = {};
  for (const [id, value] of Object.entries(raw)) {
    if (id !== "else" && context.archesOf(id, within(origin, id), "key").length === 0) continue;
    byArch[id] = history(value, within(origin, id));
  }
  return new Changing<T>(byArch, order);
}

/** A value that never changes; undefined for an absent one. */
export function constantly<T>(context: Context, value: T | undefined): Changing<T> {
  const first = context.versions[0]?.id;
  return new Changing<T>(first === undefined || value === undefined ? [] : [[first, value]], context.order);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isVersionId(key: string): boolean {
  return /^v[0-9]/.test(key);
}
