/** Versions, architectures, and their combinations, the ABIs. Every statement of the schema holds for some of them. */
import type { Confidence } from "../runtime/descriptor.js";
import type { Origin } from "./load/document.js";

export interface Version {
  readonly id: string;
  /** Position in the chronological order of the versions, from 0. */
  readonly index: number;
  readonly date: string;
  readonly posted: boolean;
  readonly evidence: string;
  readonly commit?: string;
  readonly summary: string;
  readonly confidence?: Confidence;
}

export interface Arch {
  readonly id: string;
  readonly family: string;
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  /** Alignment of a 64-bit member: 4 on i386, else 8. */
  readonly align64: 4 | 8;
  readonly versions: readonly Version[];
  /** Name of the enumerator that identifies the architecture in the image header; absent for an architecture without a number. */
  readonly idName?: string;
  readonly machines: readonly string[];
  readonly pageSizes: readonly number[];
  readonly unsupported?: string;
  readonly doc: string;
  readonly origin: Origin;
}

export interface Family {
  readonly id: string;
  readonly doc: string;
  /** Structs of other families that this family does not implement, by key; the value is the reason. */
  readonly absent: ReadonlyMap<string, string>;
}

/** One version on one architecture. */
export interface Abi {
  readonly version: Version;
  readonly arch: Arch;
  /** `version/arch` */
  readonly name: string;
}

/** Version ranges by architecture: `{ x86_32: "v16..v19", arm: "v22-arm..v22-arm, v23-rc2-arm..v23-rc2-arm" }` */
export function abiRanges(abis: readonly Abi[], versions: readonly Version[]): Record<string, string> {
  const byArch = new Map<string, number[]>();
  for (const { arch, version } of abis) byArch.set(arch.id, [...(byArch.get(arch.id) ?? []), version.index]);
  return Object.fromEntries(
    [...byArch].map(([arch, indexes]) => {
      const ranges: [number, number][] = [];
      for (const index of indexes) {
        const last = ranges.at(-1);
        if (last && last[1] === index - 1) last[1] = index;
        else ranges.push([index, index]);
      }
      return [arch, ranges.map(([from, to]) => `${versions[from]?.id}..${versions[to]?.id}`).join(", ")];
    }),
  );
}
