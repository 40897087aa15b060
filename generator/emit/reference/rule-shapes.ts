/** Shapes of grammar rules: the content of a rule in one version on one architecture, and the versions and architectures that share it. */
import { appliesTo } from "../../life.js";
import type { Abi, GrammarNode, GrammarRule, Model } from "../../model.js";
import { notation } from "./diagrams/notation.js";
import type { Site } from "./site.js";

/** The content of a rule or body in some ABIs. */
export interface Shape {
  /** Id of the form, which later versions do not change. */
  readonly id: string;
  readonly items: readonly GrammarNode[];
  readonly abis: readonly Abi[];
}

/** Items without those that an ABI does not have. */
export function applied(model: Model, abi: Abi, items: readonly GrammarNode[]): GrammarNode[] {
  return items.flatMap((node): GrammarNode[] => {
    if (!appliesTo(model, abi, node)) return [];
    if (node.kind !== "sequence" && node.kind !== "choice") return [node];
    const inner = applied(model, abi, node.items);
    return inner.length > 0 ? [{ ...node, items: inner }] : [];
  });
}

/** Forms of a rule that differ in more than documentation, in the order of first appearance. */
export function shapesOf(site: Site, rule: GrammarRule): Shape[] {
  const { model } = site;
  const shapes = new Map<string, { items: GrammarNode[]; abis: Abi[] }>();
  for (const abi of abisOfRule(model, rule)) {
    const items = applied(model, abi, rule.items);
    const text = notation(site, items);
    const known = shapes.get(text);
    if (known) known.abis.push(abi);
    else shapes.set(text, { items, abis: [abi] });
  }
  const taken = new Set<string>();
  return [...shapes.values()].map((shape) => {
    const { version, arch } = shape.abis[0] as Abi;
    const id = taken.has(version.id) ? `${version.id}-${arch.id}` : version.id;
    taken.add(id);
    return { ...shape, id };
  });
}

export function abisOfRule(model: Model, rule: GrammarRule): Abi[] {
  return model.abis.filter((abi) => appliesTo(model, abi, rule));
}
