/** Values that change between versions and differ between architectures. */
import { type History, isHistory, type Varying, type VersionOrder, valueAt } from "../runtime/varying.js";
import type { Abi, Version } from "./abi.js";

/** A value by version and architecture. */
export class Changing<T> {
  /** The value when it is the same for every version and architecture, which is the usual case. */
  private readonly always: T | undefined;

  constructor(
    /** The value in the form that is written into generated files. */
    readonly varying: Varying<T>,
    private readonly order: VersionOrder,
  ) {
    const only = isHistory(varying) && varying.length === 1 ? varying[0] : undefined;
    this.always = only && only[1] !== null && order.get(only[0]) === 0 ? only[1] : undefined;
  }

  /** Whether the value is the same for every version and architecture. */
  get isFixed(): boolean {
    return this.always !== undefined || (isHistory(this.varying) && this.varying.length === 0);
  }

  at(abi: Abi): T | undefined {
    return this.always ?? valueAt(this.varying, this.order, abi.version.id, abi.arch.id, abi.arch.family);
  }

  /** All distinct values. */
  values(): T[] {
    return this.histories().flatMap((history) => history.flatMap(([, value]) => (value === null ? [] : [value])));
  }

  /** Ids of the versions in which a value begins or ends, on any architecture. */
  turns(): string[] {
    return this.histories().flatMap((history) => history.map(([version]) => version));
  }

  private histories(): History<T>[] {
    return isHistory(this.varying) ? [this.varying] : Object.values(this.varying);
  }
}

/** Values by ABI as one history, or as one history per architecture where these differ. Values are compared by identity. */
export function varyingOf<T>(abis: readonly Abi[], valueAt: (abi: Abi) => T): Varying<T> {
  const everywhere = historyOf(abis, valueAt);
  if (everywhere) return everywhere;
  const byArch = new Map<string, Abi[]>();
  for (const abi of abis) byArch.set(abi.arch.id, [...(byArch.get(abi.arch.id) ?? []), abi]);
  return Object.fromEntries([...byArch].map(([arch, own]) => [arch, historyOf(own, valueAt) ?? []]));
}

/** The values by version; undefined when architectures of one version differ. */
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
