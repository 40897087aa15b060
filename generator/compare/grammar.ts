/**
 * Compares the order of the stream in one version on one architecture. Rules are written out as lines, without the items that the version lacks, and
 * compared from the top, so that the first difference is reported. Only rules that an image of the version can reach are compared.
 */

import { pairUp } from "../../runtime/comparison.js";
import { appliesTo } from "../life.js";
import { type Origin, within } from "../load/document.js";
import type { GrammarNode, GrammarRule } from "../model.js";
import { type Change, changeAt, changed, lastPlace } from "./change.js";
import { documentationOf } from "./documentation.js";
import { namingOf, schemaExpression } from "./expressions.js";
import { pairObjects, pairRecords, payloadSummary } from "./records.js";
import type { View } from "./view.js";

interface GrammarLine {
  /** The item as text, with its count and condition. */
  readonly text: string;
  readonly label: string;
  /** Lines of the whole item: more than one for a sequence or a choice. */
  readonly span: number;
  /** Whether an image may lack the item. */
  readonly passable: boolean;
  readonly doc: string;
  readonly confidence: string | undefined;
  readonly origin: Origin;
}

interface Rule {
  readonly name: string;
  /** Subject of messages: `rule image`, `body FILE` */
  readonly title: string;
  readonly lines: readonly GrammarLine[];
  readonly rule: Pick<GrammarRule, "doc" | "source" | "confidence" | "origin">;
}

export function compareGrammars(before: View, after: View): Change[] {
  const [old, now] = [before.model.grammar, after.model.grammar];
  const textOf = (rule: Rule) => rule.lines.map(({ text, label }) => text + label).join("\n");
  const rules = pairUp(reachableRules(before), reachableRules(after), ({ name }) => name, textOf);
  const renames: Renames = new Map([
    ...rules.both.map(([from, to]) => [`rule ${from.name}`, to.name] as const),
    ...pairRecords(before, after).both.map(([from, to]) => [`record ${from.name}`, to.name] as const),
    ...pairObjects(before, after).both.map(([from, to]) => [`object ${from.name}`, to.name] as const),
  ]);
  const start = now.rules.find(({ name }) => name === now.start);
  const isSameStart = renames.get(`rule ${old.start}`) === now.start;
  // A rule that only one side has is reported at the place that uses it.
  const bodies = pairUp(bodiesOf(before), bodiesOf(after), ({ name }, side) =>
    side === "old" ? renames.get(`object ${name}`) : name,
  );
  const hasObject = ({ model, abi }: View, { name }: Rule) =>
    model.objects.some((object) => object.name === name && object.number.at(abi) !== undefined);
  return [
    ...(start && !isSameStart
      ? changed("grammar-start", "grammar", { from: old.start, to: now.start }, changeAt(start.origin))
      : []),
    ...rules.both.flatMap(([from, to]) => [
      ...changed("rule-renamed", to.title, { from: from.title, to: to.title }, changeAt(to.rule.origin)),
      ...compareRule(from, to, renames),
    ]),
    ...bodies.both.flatMap(([from, to]) => compareRule(from, to, renames)),
    // The body of an added or removed object is reported with the object.
    ...bodies.removed
      .filter((body) => hasObject(after, body))
      .flatMap(({ name, title, rule }) => {
        const body = now.bodies.find((other) => other.name === name);
        return changed("body-removed", title, { from: "a body", to: "no body" }, lastPlace(rule.origin, body));
      }),
    ...bodies.added
      .filter((body) => hasObject(before, body))
      .flatMap(({ title, rule }) =>
        changed("body-added", title, { from: "no body", to: "a body" }, changeAt(rule.origin)),
      ),
    ...compareRule(anywhereOf(before), anywhereOf(after), renames),
  ];
}

function compareRule(before: Rule, after: Rule, renames: Renames): Change[] {
  const old = before.lines.map((line) => ({ ...line, text: renamed(line.text, renames) }));
  const differences = difference(old, after.lines, after);
  // Documentation of items is compared only if the items are equal.
  const [was, is] = differences.length > 0 ? [without(before), without(after)] : [before, after];
  return [...differences, ...documentationOf(after.title, after.rule.origin, ruleAspects(was), ruleAspects(is))];
}

/** New names by the kind and the old name: `record TASK`, `rule task`, `object FILE`. */
type Renames = ReadonlyMap<string, string>;

/** The line with every record, rule and object under its new name, because renames are reported separately. */
function renamed(text: string, renames: Renames): string {
  return text.replace(
    /^(record|rule|ref|object) (\w+)|\b([A-Z][A-Z0-9_]*)(?=\.)/g,
    (whole, kind?: string, name?: string, record?: string) => {
      if (kind === undefined) return renames.get(`record ${record}`) ?? whole;
      return `${kind} ${renames.get(`${kind === "ref" ? "object" : kind} ${name}`) ?? name}`;
    },
  );
}

function without(rule: Rule): Rule {
  return { ...rule, lines: [] };
}

function ruleAspects({ rule: { doc, source, confidence }, lines }: Rule) {
  return {
    doc: [doc, ...lines.map((line) => line.doc)].join("\n"),
    source: source.join(" ") || undefined,
    confidence: confidences([confidence, ...lines.map((line) => line.confidence)]),
  };
}

function confidences(stated: readonly (string | undefined)[]): string | undefined {
  return stated.some((one) => one !== undefined) ? stated.map((one) => one ?? "stated").join(", ") : undefined;
}

function difference(old: readonly GrammarLine[], now: readonly GrammarLine[], { title, rule }: Rule): Change[] {
  const equal = (a: GrammarLine | undefined, b: GrammarLine | undefined) => a?.text === b?.text;
  let start = 0;
  while (start < Math.max(old.length, now.length) && equal(old[start], now[start])) start++;
  if (start === Math.max(old.length, now.length)) {
    const index = now.findIndex((line, i) => line.label !== old[i]?.label);
    const [from, to] = [old[index], now[index]];
    if (!from || !to) return [];
    return changed("rule-labels", title, { from: from.text + from.label, to: to.text + to.label }, changeAt(to.origin));
  }
  let end = 0;
  const room = Math.min(old.length, now.length) - start;
  while (end < room && equal(old[old.length - 1 - end], now[now.length - 1 - end])) end++;
  const inserted = old.length - end === start ? now.slice(start, now.length - end) : [];
  const [from, to, previous] = [old[start], now[start], now[start - 1]];
  return [
    {
      kind: isPassable(inserted) ? "rule-extended" : "rule-changed",
      subject: title,
      from: inserted.length > 0 ? "nothing" : (from?.text ?? "the end"),
      to: to?.text ?? "the end",
      detail: previous ? `after ${previous.text}` : "at its start",
      place: to ? changeAt(to.origin) : changeAt((previous ?? rule).origin),
    },
  ];
}

/** Whether the lines are complete items, all of which an image may lack. */
function isPassable(lines: readonly GrammarLine[]): boolean {
  const [first] = lines;
  if (!first) return false;
  if (!first.passable || first.span > lines.length) return false;
  return first.span === lines.length || isPassable(lines.slice(first.span));
}

/** The rules that can be reached from the start rule, in the order of the schema. */
function reachableRules(view: View): Rule[] {
  const { grammar } = view.model;
  const reached = new Set<string>();
  const visit = (nodes: readonly GrammarNode[]): void => {
    for (const node of nodes) {
      if (!appliesTo(view.model, view.abi, node)) continue;
      if (node.kind === "sequence" || node.kind === "choice") visit(node.items);
      if (node.kind === "rule") enter(node.name);
    }
  };
  const enter = (name: string): void => {
    const rule = grammar.rules.find((candidate) => candidate.name === name);
    if (reached.has(name) || !rule || !appliesTo(view.model, view.abi, rule)) return;
    reached.add(name);
    visit(rule.items);
  };
  enter(grammar.start);
  visit(grammar.anywhere);
  for (const { items } of bodyRules(view)) visit(items);
  return grammar.rules.filter(({ name }) => reached.has(name)).map((rule) => written(rule, `rule ${rule.name}`, view));
}

function bodiesOf(view: View): Rule[] {
  return bodyRules(view).map((rule) => written(rule, `body ${rule.name}`, view));
}

/** The bodies of the objects that the version has. */
function bodyRules(view: View): GrammarRule[] {
  const { objects, grammar } = view.model;
  return grammar.bodies
    .filter((rule) => appliesTo(view.model, view.abi, rule))
    .filter(({ name }) => objects.find((object) => object.name === name)?.number.at(view.abi) !== undefined);
}

function written(rule: GrammarRule, title: string, view: View): Rule {
  const lines = rule.items.flatMap((node, index) => linesOf(node, within(rule.origin, "sequence", index), view, false));
  return { name: rule.name, title, lines, rule };
}

/** The records that may precede any other record, in the form of a rule. */
function anywhereOf(view: View): Rule {
  const { anywhere, rules } = view.model.grammar;
  const document = (rules[0] as GrammarRule).origin.document;
  const origin: Origin = { document, path: ["grammar", "anywhere"] };
  const lines = anywhere.flatMap((node, index) => linesOf(node, within(origin, index), view, true));
  return { name: "anywhere", title: "anywhere", lines, rule: { doc: "", source: [], origin } };
}

function linesOf(node: GrammarNode, origin: Origin, view: View, inChoice: boolean): GrammarLine[] {
  if (!appliesTo(view.model, view.abi, node)) return [];
  const line = {
    label: node.as === undefined ? "" : ` as ${node.as}`,
    passable: inChoice || node.kind === "ref" || node.optional === true || node.repeat === "any",
    doc: [node.doc, node.contains?.doc].filter((text) => text !== undefined).join("\n"),
    confidence: node.confidence,
    origin,
  };
  const attributes = attributesText(node, view);
  if ("items" in node) {
    const inner = node.items.flatMap((item, index) =>
      linesOf(item, within(origin, node.kind, index), view, node.kind === "choice"),
    );
    const span = inner.length + 2;
    const end = { ...line, label: "", text: `the end of the ${node.kind}`, span: 1, passable: false, doc: "" };
    return [{ ...line, text: node.kind + attributes, span }, ...inner, { ...end, confidence: undefined }];
  }
  const number =
    node.kind === "ref" && node.number !== undefined
      ? ` numbered ${schemaExpression(node.number, namingOf(view))}`
      : "";
  return [{ ...line, text: `${node.kind} ${node.name}${number}${attributes}`, span: 1 }];
}

function attributesText({ when, optional, repeat, contains }: GrammarNode, view: View): string {
  const naming = namingOf(view);
  const parts = [
    ...(optional ? ["optional"] : []),
    ...(repeat === undefined
      ? []
      : [repeat === "any" || repeat === "some" ? `repeat ${repeat}` : `repeat ${schemaExpression(repeat, naming)}`]),
    ...(when === undefined ? [] : [`when ${schemaExpression(when, naming)}`]),
    ...(contains === undefined ? [] : [`contains ${payloadSummary(contains, view)}`]),
  ];
  return parts.length > 0 ? ` (${parts.join("; ")})` : "";
}
