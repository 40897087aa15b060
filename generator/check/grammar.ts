/** A rule of the grammar that returns to itself before it has consumed a record never ends. Every record must have a place in the stream. */
import { problemAt } from "../load/document.js";
import type { Grammar, GrammarNode, GrammarRule, Model } from "../model.js";
import type { Problem } from "../problem.js";

export function checkGrammar(model: Model): Problem[] {
  const endless = endlessRules(model);
  return endless.length > 0 ? endless : unplacedRecords(model);
}

/** Name of the record that precedes every object: a node for an object implies it. */
const OBJREF = "OBJREF";

/** Records that no path through the grammar reaches. Reserved numbers need no place. */
function unplacedRecords({ grammar, records }: Model): Problem[] {
  const rules = new Map(grammar.rules.map((rule) => [rule.name, rule]));
  const placed = new Set<string>();
  const reached = new Set<string>([grammar.start]);
  const first = rules.get(grammar.start)?.items ?? [];
  const waiting: GrammarNode[] = [...first, ...grammar.anywhere, ...grammar.bodies.flatMap(({ items }) => items)];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === "record") placed.add(node.name);
    else if (node.kind === "rule") {
      const rule = rules.get(node.name);
      // The misspelt rule name might have led to any record, so nothing can be reported.
      if (!rule) return [];
      if (!reached.has(node.name)) waiting.push(...rule.items);
      reached.add(node.name);
    } else if (node.kind === "ref" || node.kind === "object") placed.add(OBJREF);
    else waiting.push(...node.items);
  }
  const names = new Set(records.map(({ name }) => name));
  if (!rules.has(grammar.start) || [...placed].some((name) => !names.has(name))) return [];
  return records
    .filter(({ name, reserved }) => !reserved && !placed.has(name))
    .map(({ name, origin }) =>
      problemAt(origin, {
        rule: "unplaced-record",
        message: `the record ${name} has no place in the stream`,
        suggestion: "put it into a rule of grammar.yaml that is in use, or write `reserved: true`",
      }),
    );
}

function endlessRules({ grammar }: Model): Problem[] {
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
    message: `the rule \`${rule.name}\` refers to itself without a record in between`,
    suggestion: "put a record first",
  });
}

/** The rules that a sequence may enter before it consumes a record. */
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
