/** A rule of the grammar that comes back to itself before it has taken a record never ends. */
import { problemAt } from "../document.js";
import type { Grammar, GrammarNode, GrammarRule, Model } from "../model.js";
import type { Problem } from "../problem.js";

export function lintGrammar({ grammar }: Model): Problem[] {
  const empty = rulesThatMayBeEmpty(grammar);
  const next = new Map(grammar.rules.map((rule) => [rule.name, [...beginnings(rule.items, empty)]]));
  return grammar.rules.flatMap((rule) => {
    const reached = new Set<string>();
    const waiting = [...(next.get(rule.name) ?? [])];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      waiting.push(...(next.get(name) ?? []));
    }
    return reached.has(rule.name) ? [endless(rule)] : [];
  });
}

function endless(rule: GrammarRule): Problem {
  return problemAt(rule.origin, {
    rule: "endless-rule",
    message: `the rule \`${rule.name}\` comes back to itself before it takes a record`,
    suggestion: "let a record come first",
  });
}

/** The rules that a sequence may enter before it takes a record. */
function* beginnings(items: readonly GrammarNode[], empty: ReadonlySet<string>): Generator<string> {
  for (const item of items) {
    if (item.kind === "rule") yield item.name;
    if (item.kind === "sequence") yield* beginnings(item.items, empty);
    if (item.kind === "choice") for (const choice of item.items) yield* beginnings([choice], empty);
    if (!mayBeEmpty(item, empty)) return;
  }
}

function rulesThatMayBeEmpty(grammar: Grammar): Set<string> {
  const empty = new Set<string>();
  for (let before = -1; before !== empty.size; ) {
    before = empty.size;
    for (const rule of grammar.rules) if (rule.items.every((item) => mayBeEmpty(item, empty))) empty.add(rule.name);
  }
  return empty;
}

function mayBeEmpty(node: GrammarNode, empty: ReadonlySet<string>): boolean {
  const { since, until, arches, when, optional, repeat } = node;
  if (since || until || arches || when !== undefined || optional) return true;
  if (repeat !== undefined && repeat !== "some") return true;
  switch (node.kind) {
    case "ref":
      return true;
    case "rule":
      return empty.has(node.name);
    case "sequence":
      return node.items.every((item) => mayBeEmpty(item, empty));
    case "choice":
      return node.items.some((item) => mayBeEmpty(item, empty));
    default:
      return false;
  }
}
