/** What may follow a record in the stream, according to the newest version that has both. */
import type { Abi, GrammarNode, GrammarRule } from "../../../model.js";
import { bodyPage, rulePage } from "../addresses.js";
import { type Content, link } from "../content.js";
import { abisOfRule, applied } from "../rule-shapes.js";
import type { Site } from "../site.js";
import { itemName } from "./items.js";

/** A sentence for each rule or object in which one of the records is expected. */
export function followers(site: Site, records: ReadonlySet<string>, page: string): Content[] {
  const { rules, bodies } = site.model.grammar;
  return [
    ...rules.flatMap((rule) =>
      sentences(site, rule, records, page, ["In the rule ", link({ page: rulePage(rule) }, rule.name)]),
    ),
    ...bodies.flatMap((body) =>
      sentences(site, body, records, page, ["In the object ", link({ page: bodyPage(body.name) }, body.name)]),
    ),
  ];
}

function sentences(
  site: Site,
  rule: GrammarRule,
  records: ReadonlySet<string>,
  page: string,
  where: Content,
): Content[] {
  const abi = newestWith(site, rule, records);
  if (!abi) return [];
  const found = new Set<string>();
  const list: Content[] = [];
  for (const { node, next } of placesIn(applied(site.model, abi, rule.items), records, undefined)) {
    const what: Content =
      next === undefined ? ["ends it"] : ["is followed by ", ...itemName(site, next, page), howSure(next)];
    const sentence = [...where, ", ", ...itemName(site, node, page), " ", ...what, "."];
    // A rule may expect the record in many places with the same continuation.
    const key = JSON.stringify(sentence);
    if (!found.has(key)) list.push(sentence);
    found.add(key);
  }
  return list;
}

function newestWith(site: Site, rule: GrammarRule, records: ReadonlySet<string>): Abi | undefined {
  if (placesIn(rule.items, records, undefined).length === 0) return undefined;
  return abisOfRule(site.model, rule)
    .reverse()
    .find((abi) => placesIn(applied(site.model, abi, rule.items), records, undefined).length > 0);
}

/** Says how certain it is that a node follows. The conditions are on the page of the rule. */
function howSure({ kind, when, optional, repeat }: GrammarNode): string {
  if (when !== undefined) return " on a condition";
  if (kind === "ref" || optional) return " if there is one";
  return repeat === undefined ? "" : ", any number of times";
}

interface FollowerPlace {
  readonly node: GrammarNode;
  /** The next node; undefined at the end of the rule. */
  readonly next: GrammarNode | undefined;
}

/**
 * Places of the records in a sequence.
 *
 * @param after node after the sequence
 */
function placesIn(
  items: readonly GrammarNode[],
  records: ReadonlySet<string>,
  after: GrammarNode | undefined,
): FollowerPlace[] {
  return items.flatMap((node, i): FollowerPlace[] => {
    const next = items[i + 1] ?? after;
    if (node.kind === "sequence") return placesIn(node.items, records, next);
    if (node.kind === "choice") return node.items.flatMap((item) => placesIn([item], records, next));
    return node.kind === "record" && records.has(node.name) ? [{ node, next }] : [];
  });
}
