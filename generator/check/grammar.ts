/**
 * A rule of the grammar that returns to itself before it has consumed a record never ends. Every record must have a place in the stream, and a number
 * wherever the stream has it.
 */
import { appliesTo } from "../life.js";
import { type Origin, problemAt, within } from "../load/document.js";
import type { Abi, Grammar, GrammarNode, GrammarRule, Model } from "../model.js";
import type { Problem } from "../problem.js";

export function checkGrammar(model: Model): Problem[] {
  const endless = endlessRules(model);
  return endless.length > 0 ? endless : [...unplacedRecords(model), ...unnumbered(model)];
}

/** Records and objects that the stream has in a version or on an architecture in which they have no number. */
function unnumbered(model: Model): Problem[] {
  // A number that is nowhere is a mistake of its own.
  const known = new Set(
    [...model.records, ...model.objects]
      .filter(({ number }) => model.abis.some((abi) => number.at(abi) !== undefined))
      .map(({ name }) => name),
  );
  const missing = new Map<string, { readonly name: string; readonly origin: Origin; readonly abis: Abi[] }>();
  for (const abi of model.abis)
    for (const { name, origin } of unnumberedIn(model, abi, known)) {
      const key = `${origin.document.file} ${origin.path.join("/")}`;
      const entry = missing.get(key) ?? { name, origin, abis: [] };
      missing.set(key, entry);
      entry.abis.push(abi);
    }
  return [...missing.values()].map(({ name, origin, abis: [first, ...others] }) =>
    problemAt(origin, {
      rule: "unnumbered-record",
      message: `the stream has ${name} in ${first?.name}${others.length > 0 ? ` and ${others.length} more` : ""}, where it has no number`,
      suggestion: "limit it by `since`, `until` or `arches`, as its number is",
    }),
  );
}

/** The nodes for records and objects without a number that are reached in an ABI. */
function unnumberedIn(
  model: Model,
  abi: Abi,
  known: ReadonlySet<string>,
): readonly { readonly name: string; readonly origin: Origin }[] {
  const { grammar, records, objects } = model;
  const numbered = new Set(
    [...records, ...objects].flatMap(({ name, number }) => (number.at(abi) === undefined ? [] : [name])),
  );
  const rules = new Map(grammar.rules.map((rule) => [rule.name, rule]));
  const start = rules.get(grammar.start);
  const waiting: GrammarRule[] = [
    ...(start ? [start] : []),
    ...grammar.bodies.filter(({ name }) => numbered.has(name)),
  ];
  const reached = new Set(waiting);
  const found: { name: string; origin: Origin }[] = [];
  const look = (nodes: readonly GrammarNode[], origin: Origin): void => {
    for (const [index, node] of nodes.entries()) {
      if (!appliesTo(model, abi, node)) continue;
      const at = within(origin, index);
      if ("items" in node) look(node.items, within(at, node.kind));
      else if (node.kind === "rule") {
        const rule = rules.get(node.name);
        if (rule && !reached.has(rule)) waiting.push(rule);
        if (rule) reached.add(rule);
      } else if (known.has(node.name) && !numbered.has(node.name))
        found.push({ name: node.name, origin: within(at, node.kind) });
    }
  };
  for (let rule = waiting.pop(); rule !== undefined; rule = waiting.pop())
    if (appliesTo(model, abi, rule)) look(rule.items, within(rule.origin, "sequence"));
  return found;
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
