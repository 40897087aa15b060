/** The boundary between two adjacent versions: its steps are applied first, then the rules of the schema. */
import { registry } from "../../generated/codecs/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Values } from "../write/keyed-codec.js";
import type { Item } from "./content.js";
import type { Tell, Trigger } from "./field-rule.js";
import { tellOfElement } from "./field-rules.js";
import type { GroupNode, Node, RecordNode } from "./nodes.js";
import { BoundaryRules } from "./record-rules.js";
import { type ConversionContext, type ConversionStep, Crossing, type StepHandlers } from "./step.js";
import { STEPS } from "./steps/index.js";

export class Boundary {
  readonly name: string;
  /** Whether the boundary leads to the newer version. */
  readonly isForward: boolean;
  private readonly steps: readonly StepHandlers[];
  private readonly rules: BoundaryRules;
  private readonly crossing: Crossing;

  /** @param place index in the chain of the version before */
  constructor(
    conversion: ConversionContext,
    private readonly before: ImageFormat,
    private readonly after: ImageFormat,
    private readonly place: number,
  ) {
    const { version: from } = before.abi.target;
    const { version: to } = after.abi.target;
    this.name = `${from} → ${to}`;
    this.isForward = registry.versions.indexOf(from) < registry.versions.indexOf(to);
    const newer = this.isForward ? to : from;
    const sides = { name: this.name, before, after, stage: place + 1 };
    const crossing = (step: ConversionStep) => new Crossing(conversion, sides, step);
    this.crossing = crossing({ id: "fields", title: "", since: newer });
    const steps = STEPS.filter(
      ({ since, arches }) => since === newer && conversion.image.format.abi.applies(arches ? { arches } : {}),
    );
    this.rules = BoundaryRules.between(before, after, steps);
    this.steps = steps.flatMap((step) => (this.isForward ? step.forward : step.backward)?.(crossing(step)) ?? []);
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
    return this.handles(node) || !this.rules.ofRecord(node.name).isEmpty;
  }

  /** The numbers that decide whether anything happens here to records like this one; undefined if more decides. */
  triggers(record: RecordNode): readonly Trigger[] | undefined {
    return this.handles(record) ? undefined : this.rules.ofRecord(record.name).triggers;
  }

  /** Whether more than rules for fields can apply to a record. */
  private handles(record: RecordNode): boolean {
    const { name, elementType } = record;
    return (
      this.handlersOf(record).length > 0 ||
      name === "" ||
      !this.after.kind(name) ||
      (elementType !== undefined && !this.rules.ofElements(elementType).isSame)
    );
  }

  /**
   * Applies steps and rules to a node.
   *
   * @returns the nodes that replace it; nodes still of the version before have to cross later
   */
  cross(node: Node): readonly Node[] {
    return node.kind === "group" ? this.crossGroup(node) : this.crossRecord(node);
  }

  private crossGroup(group: GroupNode): readonly Node[] {
    let crossed: GroupNode | undefined = group;
    let isHandled = false;
    for (const { rules, objects } of this.steps) {
      const handler: ((group: GroupNode) => GroupNode | undefined) | undefined = (group.isObject ? objects : rules)?.[
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

  /** Applies the rules of the schema. Does not advance `record.stage` if the other version has no such record; `crossRecord` then drops it. */
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
      const { own, tail } = this.rules.ofRecord(record.name).for(record, this.before);
      const tell: Tell = (kind, field, value, why) => this.crossing.tell(kind, record, field, value, why);
      for (const rule of own) rule(record.fields, tell);
      if (tail.length > 0)
        for (const element of record.parts.tail ?? []) for (const rule of tail) rule(element as Values, tell);
      if (record.elementType !== undefined) this.applyToElements(record, record.elementType, tell);
    }
    record.stage = this.place + 1;
  }

  /** Applies the rules to array elements. Elements are generated again on each pass; findings are reported only on the first. */
  private applyToElements(record: RecordNode, of: string, tell: Tell): void {
    const { rules, isSame } = this.rules.ofElements(of);
    if (isSame) return;
    const items = this.crossing.items(record, of);
    const each = function* (told: Tell): Generator<Item, void, void> {
      let i = 0;
      for (const item of items.each()) {
        const made = { ...item };
        const here = tellOfElement(told, `${record.key}[${i++}]`);
        for (const rule of rules) rule(made, here);
        yield made;
      }
    };
    if (rules.length > 0) for (const _ of each(tell));
    record.parts.payload = { ...items, each: () => each(() => {}) };
  }

  private hasObject(type: string): boolean {
    for (const { name } of this.after.abi.objects.values()) if (name === type) return true;
    return false;
  }
}
