/** The items of a rule or body as a table, over all versions, with everything that the schema states about them. */
import type { GrammarNode, GrammarRule } from "../../../model.js";
import { recordPage, rulePage } from "../addresses.js";
import { type Block, badge, type Content, code, type Inline, line, link, type Row } from "../content.js";
import { objectTarget } from "../diagrams/railroad.js";
import { confidenceMark, type Site } from "../site.js";
import { enumerated } from "../spans.js";
import { expressionContent, payloadText } from "../stream.js";

export function itemTable(site: Site, rule: GrammarRule, page: string): Block {
  return {
    kind: "table",
    caption: `Items of ${rule.name}, over all versions`,
    columns: [
      { title: "No.", numeric: true },
      { title: "Item" },
      { title: "How often", below: true },
      { title: "Meaning", wide: true, below: true },
    ],
    rows: rowsOf(site, rule.items, "", page),
  };
}

function rowsOf(site: Site, items: readonly GrammarNode[], prefix: string, page: string): Row[] {
  return items.flatMap((node, i): Row[] => {
    const number = `${prefix}${i + 1}`;
    const isGroup = node.kind === "sequence" || node.kind === "choice";
    const row: Row = {
      ...(isGroup && { tone: "group" as const }),
      cells: [[number], itemName(site, node, page), howOften(site, node, page), itemMeaning(site, node, page)],
    };
    return isGroup ? [row, ...rowsOf(site, node.items, `${number}.`, page)] : [row];
  });
}

function itemMeaning(site: Site, node: GrammarNode, page: string): Content {
  const { since, until, arches, contains } = node;
  return [
    ...site.prose(docOf(site, node), page),
    ...(since ? [" ", badge("since", `since ${since}`, `The first version that has it is ${since}.`)] : []),
    ...(until ? [" ", badge("until", `until ${until}`, `The first version that has it no longer is ${until}.`)] : []),
    ...(arches ? [" ", badge("plain", `on ${enumerated(arches)}`, "Other architectures do not have it.")] : []),
    ...confidenceMark(node.confidence),
    ...(contains ? [line("Contains ", ...payloadText(site, contains, page))] : []),
  ];
}

/** Name of an item as a link, with its label. */
export function itemName(site: Site, node: GrammarNode, page?: string): Content {
  const label: Content = node.as === undefined ? [] : [" as ", code(node.as)];
  const to = (address: { readonly page: string }): Inline =>
    "name" in node && address.page !== page ? link(address, code(node.name)) : code("name" in node ? node.name : "");
  switch (node.kind) {
    case "sequence":
      return ["all of the following"];
    case "choice":
      return ["one of the following"];
    case "record":
      return ["record ", to({ page: recordPage(node.name) }), ...label];
    case "rule":
      return ["rule ", to({ page: rulePage(node) }), ...label];
    case "object":
      return ["object ", to(objectTarget(site, node.name)), ...label];
    case "ref":
      return [
        "object ",
        to(objectTarget(site, node.name)),
        ...label,
        ...(node.number === undefined ? [] : [line("number in ", ...expressionContent(site, node.number, page))]),
      ];
  }
}

/** Documentation of the item, or else of the record, rule or object that it names. */
export function docOf(site: Site, node: GrammarNode): string {
  if (node.doc !== undefined || node.contains?.doc !== undefined || !("name" in node)) return node.doc ?? "";
  const { grammar, objects } = site.model;
  switch (node.kind) {
    case "record":
      return site.records.get(node.name)?.doc ?? "";
    case "rule":
      return grammar.rules.find(({ name }) => name === node.name)?.doc ?? "";
    default:
      return objects.find(({ name }) => name === node.name)?.doc ?? "";
  }
}

function howOften(site: Site, { kind, when, repeat, optional }: GrammarNode, page: string): Content {
  const lines: Inline[] = [];
  if (when !== undefined)
    lines.push(line(repeat === "some" ? "while " : "if ", ...expressionContent(site, when, page)));
  if (repeat === "any") lines.push(line("any number of times"));
  else if (repeat === "some" && when === undefined) lines.push(line("at least once"));
  else if (repeat !== undefined && repeat !== "some")
    lines.push(line(...expressionContent(site, repeat, page), " times"));
  if (optional) lines.push(line("may be missing"));
  if (kind === "ref" && repeat === undefined) lines.push(line("if it is new"));
  return lines.length > 0 ? lines : ["once"];
}
