/**
 * The versions from that of an image to that of the result. A node crosses the boundaries between them one by one: the steps of a boundary change
 * more than fields, the rules of the schema do the rest. So a conversion gives the same result at once or version by version.
 */
import { registry } from "../../generated/codecs/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { formatOf } from "../image/detect.js";
import type { Image } from "../image/image.js";
import { Boundary } from "./boundary.js";
import type { Trigger } from "./field-rule.js";
import type { GroupNode, Lift, Node, RecordNode } from "./nodes.js";
import type { Numbering } from "./numbering.js";
import { PaddingKeeper } from "./padding.js";
import type { ConversionLog } from "./report.js";

/** Architecture that exists in all versions; it replaces an architecture that a version on the way does not have. */
const STAND_IN = "x86_32";

export class Chain implements Lift {
  /** Names of the boundaries, in order. */
  readonly names: readonly string[];
  /** Decides which bytes between the fields are kept. */
  readonly padding: PaddingKeeper;
  private readonly boundaries: readonly Boundary[];
  /** Indexes of the boundaries that change nodes of a name, by kind of node and name. */
  private readonly concerns = {
    records: new Map<string, readonly number[]>(),
    objects: new Map<string, readonly number[]>(),
    rules: new Map<string, readonly number[]>(),
  };

  /** @param target the ABI of the result, of the same architecture as the image */
  constructor(image: Image, target: ImageFormat, numbering: Numbering, log: ConversionLog) {
    const formats = formatsBetween(image.format, target);
    const conversion = { image, chain: this, numbering, log };
    this.boundaries = formats.slice(1).map((after, i) => new Boundary(conversion, formats[i] as ImageFormat, after, i));
    const { arch } = image.format.abi.target;
    this.padding = new PaddingKeeper(formats.filter(({ abi }) => abi.target.arch === arch));
    this.names = this.boundaries.map(({ name }) => name);
  }

  get isForward(): boolean {
    return this.boundaries.every(({ isForward }) => isForward);
  }

  /** Index of the target's version. */
  get end(): number {
    return this.boundaries.length;
  }

  *lift(node: Node, stage: number): Generator<Node, void, void> {
    for (;;) {
      const next = this.nextConcern(node);
      if (next >= stage) {
        if (node.stage < stage) node.stage = stage;
        yield node;
        return;
      }
      node.stage = next;
      const crossed = (this.boundaries[next] as Boundary).cross(node);
      if (crossed.length !== 1) {
        for (const each of crossed) yield* this.lift(each, stage);
        return;
      }
      node = crossed[0] as Node;
    }
  }

  /**
   * The numbers in records of the image like this one that decide whether any boundary changes them; undefined if more decides. Until a boundary
   * changes a record, its numbers are those of the image.
   */
  triggers(record: RecordNode): readonly Trigger[] | undefined {
    const triggers: Trigger[] = [];
    for (const boundary of this.boundaries) {
      if (!boundary.concerns(record)) continue;
      const own = boundary.triggers(record);
      if (!own) return undefined;
      triggers.push(...own);
    }
    return triggers;
  }

  /** Whether no boundary can change groups of the image that have that name and label. */
  passes(group: GroupNode): boolean {
    return !this.boundaries.some((boundary) => boundary.concerns(group));
  }

  /** Index of the next boundary that can change the node. */
  private nextConcern(node: Node): number {
    const { stage, name, label } = node;
    const known =
      node.kind === "record" ? this.concerns.records : node.isObject ? this.concerns.objects : this.concerns.rules;
    const key = label === undefined ? name : `${name} ${label}`;
    let concerns = known.get(key);
    if (!concerns) {
      concerns = this.boundaries.flatMap((boundary, i) => (boundary.concerns(node) ? i : []));
      known.set(key, concerns);
    }
    for (const place of concerns) if (place >= stage) return place;
    return this.end;
  }
}

/** Formats of all versions from one to the other, including both ends. */
function formatsBetween(from: ImageFormat, to: ImageFormat): ImageFormat[] {
  const { versions } = registry;
  const first = versions.indexOf(from.abi.target.version);
  const last = versions.indexOf(to.abi.target.version);
  const { arch } = from.abi.target;
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => {
    const version = versions[first + i * step] as string;
    if (i === 0) return from;
    if (version === to.abi.target.version) return to;
    const hasArch = registry.arches(version).includes(arch);
    return formatOf(registry.abi(version, hasArch ? arch : STAND_IN), from.pageSize);
  });
}
