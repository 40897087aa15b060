/** Subjects of the property tests: every distinct layout of every struct, in both byte orders, as generated code and as a codec made from the layout. */
import { registry as layoutRegistry } from "../../generated/codecs/browser.js";
import { type Abi, type AnyCodec, abi, type BoundStruct, registry, Target } from "../../generated/codecs/index.js";
import type { StructDescriptor } from "../../runtime/descriptor.js";
import type { BoundLayout } from "../../runtime/members.js";
import { type Aggregate, shapeOf } from "./shape.js";

export interface Subject {
  /** Name in the title of the test: `ckpt_hdr_vma of v16/x86_32 little-endian`. */
  readonly name: string;
  readonly codec: AnyCodec;
  readonly shape: Aggregate;
  readonly littleEndian: boolean;
  readonly descriptor: StructDescriptor;
  readonly layout: BoundLayout;
}

/** All subjects; each codec class is represented by one of the ABIs that have its layout. */
export function subjects(): Subject[] {
  const owners = firstOwners();
  return registry.structs.flatMap((entry, place) =>
    entry.codecs.flatMap((Generated, index) => {
      const id = entry.descriptor.layouts[index]?.id;
      const owner = owners.find(({ bound }) => bound.entry === entry && bound.layout.id === id);
      if (!owner) throw new Error(`no version has layout ${id} of ${entry.descriptor.key}`);
      const { own, bound } = owner;
      const { version, arch, family, bits } = own.target;
      const FromLayout = layoutRegistry.structs[place]?.codecs[index];
      if (!FromLayout) throw new Error(`no codec from the layout ${id} of ${entry.descriptor.key}`);
      return [Generated, FromLayout].flatMap((Codec) =>
        [true, false].map((littleEndian) => ({
          name: `${bound.name} of ${own.name} ${littleEndian ? "little" : "big"}-endian${Codec === FromLayout ? " from its layout" : ""}`,
          codec: new Codec(new Target(version, arch, family, bits, littleEndian, 1)),
          shape: shapeOf(own, bound.name),
          littleEndian,
          descriptor: entry.descriptor,
          layout: bound.layout,
        })),
      );
    }),
  );
}

/** The first ABI that has each layout. */
function firstOwners(): { own: Abi; bound: BoundStruct }[] {
  const seen = new Set<string>();
  return registry.versions.flatMap((version) =>
    registry.arches(version).flatMap((arch) => {
      const own = abi(version, arch);
      return own.structs.flatMap((bound) => {
        const { key, family = "" } = bound.entry.descriptor;
        const layout = `${family}/${key}/${bound.layout.id}`;
        if (seen.has(layout)) return [];
        seen.add(layout);
        return [{ own, bound }];
      });
    }),
  );
}

/** Number of runs of a property, and the seed: the same on every machine. */
export const RUNS = { seed: 0x00feed0c, numRuns: 40 } as const;
