/** Values that change between versions and differ between architectures. */

import type { History, Varying, VersionOrder } from "../../runtime/varying.js";
import { isHistory, valueAt } from "../../runtime/varying.js";
import { type Origin, within } from "../load/document.js";
import type { Abi, Version } from "../model.js";
import type { Context, Raw } from "./context.js";

/** A value by version and architecture. */
export class Changing<T> {
  /** The value when it is the same everywhere, the usual case. */
  private readonly always: T | undefined;

  constructor(
    /** As it is emitted. */
    readonly varying: Varying<T>,
    private readonly order: VersionOrder,
  ) {
    const only = isHistory(varying) && varying.length === 1 ? varying[0] : undefined;
    this.always = only && only[1] !== null && order.get(only[0]) === 0 ? only[1] : undefined;
  }

  /** Whether it is the same everywhere, or nowhere there. */
  get isFixed(): boolean {
    return this.always !== undefined || (isHistory(this.varying) && this.varying.length === 0);
  }

  at(abi: Abi): T | undefined {
    return this.always ?? valueAt(this.varying, this.order, abi.version.id, abi.arch.id, abi.arch.family);
  }

  /** Every value that it ever has. */
  values(): T[] {
    const histories = isHistory(this.varying) ? [this.varying] : Object.values(this.varying);
    return histories.flatMap((history) => history.flatMap(([, value]) => (value === null ? [] : [value])));
  }
}

/**
 * Reads a plain value, a history, or a mapping by architecture. `life` gives the since and until that surround it.
 * A leaf that `parse` refuses (undefined; it complains itself) counts as absent.
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
          message: `\`${id}\` stands after a version that is not older`,
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

/** A value that never changes; undefined for one that is nowhere there. */
export function constantly<T>(context: Context, value: T | undefined): Changing<T> {
  const first = context.versions[0]?.id;
  return new Changing<T>(first === undefined || value === undefined ? [] : [[first, value]], context.order);
}

/** Values by ABI as a history, or as one for each architecture where these differ. Values are compared as they are. */
export function varyingOf<T>(abis: readonly Abi[], valueAt: (abi: Abi) => T): Varying<T> {
  const everywhere = historyOf(abis, valueAt);
  if (everywhere) return everywhere;
  const byArch = new Map<string, Abi[]>();
  for (const abi of abis) byArch.set(abi.arch.id, [...(byArch.get(abi.arch.id) ?? []), abi]);
  return Object.fromEntries([...byArch].map(([arch, own]) => [arch, historyOf(own, valueAt) ?? []]));
}

/** Undefined where architectures of one version differ. */
function historyOf<T>(abis: readonly Abi[], valueAt: (abi: Abi) => T): History<T> | undefined {
  const byVersion = new Map<Version, T>();
  for (const abi of [...abis].sort((a, b) => a.version.index - b.version.index)) {
    const value = valueAt(abi);
    if (byVersion.has(abi.version) && byVersion.get(abi.version) !== value) return undefined;
    byVersion.set(abi.version, value);
  }
  const entries = [...byVersion];
  return entries.flatMap(([version, value], i) =>
    i > 0 && entries[i - 1]?.[1] === value ? [] : [[version.id, value]],
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isVersionId(key: string): boolean {
  return /^v[0-9]/.test(key);
}
