/** Checks the names by which the grammar refers to rules, records, object types, fields and labels. */
import { type Origin, within } from "../load/document.js";
import type { Grammar, GrammarNode } from "../model.js";
import type { Context } from "./context.js";
import type { ExpressionScope, KnownNames } from "./known-names.js";

export function checkGrammarReferences(context: Context, grammar: Grammar, names: KnownNames): void {
  const document = context.sections("grammar")[0]?.entries[0]?.[2].document;
  if (!document) return;
  const { start, anywhere, bodies } = grammar;
  const all = [...grammar.rules, ...bodies];
  const rules = new Set(grammar.rules.map(({ name }) => name));
  const labels = new Set([anywhere, ...all.map(({ items }) => items)].flatMap((items) => [...labelsOf(items)]));
  const check = (node: GrammarNode, origin: Origin) => checkNode(node, origin, { names, rules, labels });

  if (!rules.has(start)) names.unknown("rule", start, rules, { document, path: ["grammar", "start"] });
  for (const { name, origin } of bodies)
    if (!names.objects.has(name)) names.unknown("object type", name, names.objects, origin, "key");
  for (const [index, node] of anywhere.entries()) check(node, { document, path: ["grammar", "anywhere", index] });
  for (const { items, origin } of all)
    for (const [index, node] of items.entries()) check(node, within(origin, "sequence", index));
}

interface GrammarNames {
  readonly names: KnownNames;
  readonly rules: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

function checkNode(node: GrammarNode, origin: Origin, known: GrammarNames): void {
  const { names, rules, labels } = known;
  const scope: ExpressionScope = { fields: [], labels };
  if (node.kind === "record" && !names.records.has(node.name))
    names.unknown("record", node.name, names.records.keys(), within(origin, "record"));
  if (node.kind === "rule" && !rules.has(node.name)) names.unknown("rule", node.name, rules, within(origin, "rule"));
  if ((node.kind === "ref" || node.kind === "object") && !names.objects.has(node.name))
    names.unknown("object type", node.name, names.objects, within(origin, node.kind));
  if (node.when !== undefined) names.checkExpression(node.when, within(origin, "when"), scope);
  if (node.repeat !== undefined && node.repeat !== "any" && node.repeat !== "some")
    names.checkExpression(node.repeat, within(origin, "repeat"), scope);
  if (node.kind === "ref" && node.number !== undefined)
    names.checkExpression(node.number, within(origin, "number"), scope);
  if (node.contains) names.checkPayload(node.contains, within(origin, "contains"), scope);
  if (node.kind === "sequence" || node.kind === "choice")
    for (const [index, item] of node.items.entries()) checkNode(item, within(origin, node.kind, index), known);
}

function* labelsOf(items: readonly GrammarNode[]): Generator<string> {
  for (const item of items) {
    if (item.as) yield item.as;
    if (item.kind === "sequence" || item.kind === "choice") yield* labelsOf(item.items);
  }
}
