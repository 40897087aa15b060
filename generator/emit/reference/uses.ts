/** Where structs and records are used: by records, by other structs, and by grammar rules. */
import { nestedStructs } from "../../members.js";
import type { GrammarNode, GrammarRule, RecordType, Struct } from "../../model.js";
import { bodyPage, rulePage, structPage } from "./addresses.js";
import type { Site } from "./site.js";

/** Record types that consist of the struct, always or as a variant. */
export function recordsOf(site: Site, struct: Struct): RecordType[] {
  const key = struct.variant ? struct.key.slice(0, -struct.variant.length - 1) : struct.key;
  return site.model.records.filter(
    ({ struct: own, variants }) =>
      own === key || variants?.else === key || Object.values(variants?.structs ?? {}).includes(key),
  );
}

/** Rules and bodies that contain a node for which `uses` returns true. */
export function rulesThatUse(site: Site, uses: (node: GrammarNode) => boolean): { page: string; title: string }[] {
  const within = (items: readonly GrammarNode[]): boolean =>
    items.some((node) => uses(node) || ((node.kind === "sequence" || node.kind === "choice") && within(node.items)));
  const { rules, bodies } = site.model.grammar;
  const found = (list: readonly GrammarRule[]) => list.filter(({ items }) => within(items));
  return [
    ...found(rules).map((rule) => ({ page: rulePage(rule), title: `the rule ${rule.name}` })),
    ...found(bodies).map(({ name }) => ({ page: bodyPage(name), title: `the object ${name}` })),
  ];
}

/** The structs that contain a struct, with the field. */
export function containersOf(site: Site, struct: Struct): { readonly struct: Struct; readonly field: string }[] {
  const found = new Map<string, { struct: Struct; field: string }>();
  for (const [container, layouts] of site.layouts.distinct)
    for (const { layout } of layouts)
      for (const { path: field } of nestedStructs(layout).filter((nested) => nested.struct === struct))
        found.set(`${structPage(container)} ${field}`, { struct: container, field });
  return [...found.values()];
}
