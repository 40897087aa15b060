/**
 * The versions between that of an image and that of the result, one after the other. A node crosses the boundaries between them one by one:
 * the steps of the boundary change what is more than a field, the rules of the schema do the rest. So it is all the same whether an image is
 * converted at once or version by version.
 */
import { registry } from "../../generated/codecs/index.js";
import { formatOf } from "../image/detect.js";
import type { ImageFormat } from "../image/format.js";
import type { Image } from "../image/image.js";
import { type FieldRule, fieldRules, structsOf } from "./field-rules.js";
import type { Group, Lift, Node, RecordNode } from "./nodes.js";
import type { Numbering } from "./numbering.js";
import type { ConversionLog } from "./report.js";
import { Crossing, type Handlers, type Step } from "./step.js";
import { STEPS } from "./steps/index.js";

/** Has all versions, and stands in for an architecture that a version on the way does not have. */
const STAND_IN = "x86_32";

export class Chain implements Lift {
  /** Names of the boundaries, in order. */
  readonly names: readonly string[];
  private readonly boundaries: readonly Boundary[];
  /** Boundaries at which something happens to nodes of a name. */
  private readonly concerns = {
    records: new Map<string, readonly number[]>(),
    objects: new Map<string, readonly number[]>(),
    rules: new Map<string, readonly number[]>(),
  };

  /** @param target the ABI of the result, of the same architecture */
  constructor(image: Image, target: ImageFormat, numbering: Numbering, log: ConversionLog) {
    const formats = formatsBetween(image.format, target);
    this.boundaries = formats
      .slice(1)
      .map((after, i) => new Boundary(image, formats[i] as ImageFormat, after, i, this, numbering, log));
    this.names = this.boundaries.map(({ name }) => name);
  }

  get isForward(): boolean {
    return this.boundaries.every(({ isForward }) => isForward);
  }

  /** Place of the target's version. */
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

  /** The next boundary at which something can happen to the node. */
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

/** All versions from one to the other, the ends included. */
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

class Boundary {
  readonly name: string;
  /** Whether it leads to the newer version. */
  readonly isForward: boolean;
  private readonly steps: readonly Handlers[];
  private readonly fields: Map<string, FieldRules>;
  private readonly crossing: Crossing;

  constructor(
    image: Image,
    private readonly before: ImageFormat,
    private readonly after: ImageFormat,
    private readonly place: number,
    chain: Lift,
    numbering: Numbering,
    log: ConversionLog,
  ) {
    const { version: from } = before.abi.target;
    const { version: to } = after.abi.target;
    this.name = `${from} → ${to}`;
    this.isForward = registry.versions.indexOf(from) < registry.versions.indexOf(to);
    const newer = this.isForward ? to : from;
    this.fields = rulesBetween(before, after);
    const crossing = (step: Step) =>
      new Crossing(image, before, after, step, this.name, place + 1, chain, numbering, log);
    this.crossing = crossing({ id: "fields", title: "", since: newer });
    this.steps = STEPS.filter(
      ({ since, arches }) => since === newer && image.format.abi.applies(arches ? { arches } : {}),
    ).flatMap((step) => (this.isForward ? step.forward : step.backward)?.(crossing(step)) ?? []);
  }

  /** Whether anything can happen here to nodes of that name. */
  concerns(node: Node): boolean {
    if (node.kind === "group") {
      const { name } = node;
      return (
        this.steps.some(({ rules, objects }) => (node.isObject ? objects : rules)?.[name]) ||
        (node.isObject && !this.hasObject(name))
      );
    }
    const { name } = node;
    return (
      this.handlersOf(node).length > 0 || (name === "" ? true : !this.after.kind(name) || !this.rulesOf(name).isEmpty)
    );
  }

  /** @returns the nodes that come in place of it; those of the version before have to cross yet */
  cross(node: Node): readonly Node[] {
    return node.kind === "group" ? this.crossGroup(node) : this.crossRecord(node);
  }

  private crossGroup(group: Group): readonly Node[] {
    let crossed: Group | undefined = group;
    let isHandled = false;
    for (const { rules, objects } of this.steps) {
      const handler: ((group: Group) => Group | undefined) | undefined = (group.isObject ? objects : rules)?.[
        group.name
      ];
      if (!handler || !crossed) continue;
      isHandled = true;
      crossed = handler(crossed);
    }
    if (!crossed) return [];
    if (group.isObject && !isHandled && !this.hasObject(group.name)) {
      this.crossing.refuse(group, undefined, undefined, `${this.after.abi.target.version} has no such object`);
      return [];
    }
    crossed.stage = this.place + 1;
    return [crossed];
  }

  private crossRecord(record: RecordNode): readonly Node[] {
    let nodes: readonly Node[] = [record];
    for (const handler of this.handlersOf(record))
      nodes = nodes.flatMap((node) => (node === record ? (handler(record) ?? record) : node));
    for (const node of nodes) if (node.kind === "record" && node.stage === this.place) this.applyFields(node);
    return nodes.filter((node) => node.kind === "group" || node.stage > this.place);
  }

  private handlersOf({ name, label }: RecordNode) {
    return this.steps.flatMap(
      ({ records }) => (label === undefined ? undefined : records?.[label]) ?? records?.[name] ?? [],
    );
  }

  /** The record stays on this side when the other has no place for it. */
  private applyFields(record: RecordNode): void {
    if (record.name === "") {
      const type = record.origin?.node.record?.type ?? 0;
      if (this.after.kinds.has(type)) {
        const why = `${this.after.abi.target.version} has another meaning for the type`;
        this.crossing.lose(record, undefined, `type ${type}`, why);
        return;
      }
    } else if (!this.after.kind(record.name)) {
      this.crossing.refuse(record, undefined, undefined, `${this.after.abi.target.version} has no such record`);
      return;
    } else {
      const { own, tail } = this.rulesOf(record.name).for(record, this.before);
      const findings = {
        lose: (field: string, value: unknown, why: string) => this.crossing.lose(record, field, value, why),
        refuse: (field: string, value: unknown, why: string) => this.crossing.refuse(record, field, value, why),
        invent: (field: string, value: unknown, why: string) => this.crossing.invent(record, field, value, why),
      };
      for (const rule of own) rule(record.fields, findings);
      if (tail.length > 0)
        for (const element of record.parts.tail ?? [])
          for (const rule of tail) rule(element as Record<string, unknown>, findings);
    }
    record.stage = this.place + 1;
  }

  private hasObject(type: string): boolean {
    for (const { name } of this.after.abi.objects.values()) if (name === type) return true;
    return false;
  }

  private rulesOf(name: string): FieldRules {
    const known = this.fields.get(name) ?? new FieldRules(name, this.before, this.after);
    this.fields.set(name, known);
    return known;
  }
}

interface RecordRules {
  readonly own: readonly FieldRule[];
  /** For the elements of the array at the end of the struct. */
  readonly tail: readonly FieldRule[];
}

const NONE: RecordRules = { own: [], tail: [] };

/** Rules by record, which hold for all images. */
function rulesBetween(before: ImageFormat, after: ImageFormat): Map<string, FieldRules> {
  const known = between.get(before) ?? new WeakMap<ImageFormat, Map<string, FieldRules>>();
  between.set(before, known);
  const rules = known.get(after) ?? new Map<string, FieldRules>();
  known.set(after, rules);
  return rules;
}

const between = new WeakMap<ImageFormat, WeakMap<ImageFormat, Map<string, FieldRules>>>();

/** The rules of all structs that a record can have. */
class FieldRules {
  readonly isEmpty: boolean;
  private readonly byStruct = new Map<string, RecordRules>();
  private readonly discriminator: string | undefined;

  constructor(name: string, before: ImageFormat, after: ImageFormat) {
    const kind = before.kind(name);
    const other = after.kind(name);
    if (!kind || !other) {
      this.isEmpty = true;
      return;
    }
    const structs = structsOf(other, after);
    this.discriminator = kind.entry.variants?.on;
    for (const [key, one] of structsOf(kind, before)) {
      const counterpart = structs.get(key) ?? structs.get(kind.entry.struct ?? "");
      const own = fieldRules(before, after, one, counterpart);
      const element = (layout: typeof one.struct.layout) => layout.members.find(({ flexible }) => flexible)?.type ?? "";
      const [type, otherType] = [element(one.struct.layout), element(counterpart?.struct.layout ?? one.struct.layout)];
      const tail =
        counterpart && type.startsWith("struct ") && otherType.startsWith("struct ")
          ? fieldRules(
              before,
              after,
              { struct: before.abi.describe(type.slice("struct ".length)) },
              { struct: after.abi.describe(otherType.slice("struct ".length)) },
            )
          : [];
      this.byStruct.set(key, { own, tail });
    }
    this.isEmpty = [...this.byStruct.values()].every(({ own, tail }) => own.length + tail.length === 0);
  }

  for(record: RecordNode, before: ImageFormat): RecordRules {
    if (this.isEmpty) return NONE;
    const kind = before.kind(record.name);
    const { struct = "", variants } = kind?.entry ?? {};
    if (variants && this.discriminator !== undefined) {
      const value = record.number(this.discriminator);
      const found = Object.entries(variants.structs).find(([enumerator]) => before.constant(enumerator) === value)?.[1];
      return this.byStruct.get(found ?? variants.else ?? struct) ?? this.byStruct.get(struct) ?? NONE;
    }
    const { configuration } = record.parts;
    return this.byStruct.get(configuration === undefined ? struct : `${struct}_${configuration}`) ?? NONE;
  }
}
