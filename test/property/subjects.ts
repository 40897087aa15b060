/** What the property tests go over: every distinct layout of every struct, in both byte orders. */
import { type Abi, type AnyCodec, abi, registry, Target } from "../../generated/codecs/index.js";
import type { LayoutDescriptor } from "../../runtime/descriptor.js";
import { type Aggregate, shapeOf } from "./shape.js";

export interface Subject {
  /** For the name of the test: `ckpt_hdr_vma v16 little-endian`. */
  readonly name: string;
  readonly codec: AnyCodec;
  readonly shape: Aggregate;
  readonly littleEndian: boolean;
  readonly layout: LayoutDescriptor;
}

/** All subjects; each codec class stands for one of the versions and architectures that have its layout. */
export function subjects(): Subject[] {
  const owners = firstOwners();
  return registry.structs.flatMap(({ descriptor, codecs }) =>
    descriptor.layouts.flatMap((layout, index) => {
      const owner = owners.get(layout);
      const Codec = codecs[index];
      if (!owner || !Codec) throw new Error(`no version has layout ${layout.id} of ${descriptor.key}`);
      const { own, struct } = owner;
      const { version, arch, family, bits } = own.target;
      return [true, false].map((littleEndian) => ({
        name: `${struct} of ${own.name} ${littleEndian ? "little" : "big"}-endian`,
        codec: new Codec(new Target(version, arch, family, bits, littleEndian, 1)),
        shape: shapeOf(own, struct),
        littleEndian,
        layout,
      }));
    }),
  );
}

/** The first version and architecture that has each layout. */
function firstOwners(): Map<LayoutDescriptor, { own: Abi; struct: string }> {
  const owners = new Map<LayoutDescriptor, { own: Abi; struct: string }>();
  for (const version of registry.versions)
    for (const arch of registry.arches(version)) {
      const own = abi(version, arch);
      for (const { layout, name } of own.structs) if (!owners.has(layout)) owners.set(layout, { own, struct: name });
    }
  return owners;
}

/** How often a property is tried, and with which numbers: the same on every machine. */
export const RUNS = { seed: 0x00feed0c, numRuns: 40 } as const;
