/** The content of a railroad diagram as text: similar to EBNF, with conditions and counts as the schema writes them. */
import type { Expression } from "../../../../runtime/expression.js";
import type { GrammarNode } from "../../../model.js";
import { plain } from "../content.js";
import type { Site } from "../site.js";
import { expressionContent } from "../stream.js";

/** Text of a sequence: `TASK, STRING as task_name, [if TASK.exit_state == 0: live]`. Diagrams with equal texts are equal. */
export function notation(site: Site, items: readonly GrammarNode[]): string {
  return notations(site, items).join(", ");
}

/** The texts of several nodes. */
export function notations(site: Site, items: readonly GrammarNode[]): string[] {
  return items.map((node) => nodeText(site, node));
}

function nodeText(site: Site, node: GrammarNode): string {
  const { when, repeat, optional } = node;
  const once = textOnce(site, node);
  const condition = when === undefined ? "" : plainExpression(site, when);
  if (when !== undefined && repeat === "some") return `{while ${condition}: ${once}}`;
  const text = repeat === undefined ? once : repeatedText(site, once, repeat);
  const maybe = optional ? `[${text}]` : text;
  return when === undefined ? maybe : `[if ${condition}: ${maybe}]`;
}

function repeatedText(site: Site, once: string, repeat: Expression | "any" | "some"): string {
  if (repeat === "any") return `{${once}}`;
  if (repeat === "some") return `{${once}}+`;
  const count = plainExpression(site, repeat);
  return `{${once}} × ${count.includes(" ") ? `(${count})` : count}`;
}

function textOnce(site: Site, node: GrammarNode): string {
  const label = node.as === undefined ? "" : ` as ${node.as}`;
  switch (node.kind) {
    case "sequence":
      return notation(site, node.items);
    case "choice":
      return node.items.length === 1 ? notation(site, node.items) : `(${notations(site, node.items).join(" | ")})`;
    case "record":
    case "rule":
      return node.name + label;
    case "object":
      return `object ${node.name}${label}`;
    case "ref": {
      const number = node.number === undefined ? "" : ` of ${plainExpression(site, node.number)}`;
      return `[object ${node.name}${label}${number}]`;
    }
  }
}

function plainExpression(site: Site, expression: Expression): string {
  return plain(expressionContent(site, expression));
}
