/** Railroad diagrams of the order of the stream, for items of one version on one architecture. */
import type { GrammarNode } from "../../../model.js";
import { bodyPage, objectAddress, recordPage, rulePage } from "../addresses.js";
import type { Address, Drawing } from "../content.js";
import type { Site } from "../site.js";
import { conditionWords, wrapped } from "./conditions.js";
import { alternatives, box, column, type Part, rail, repeated, skippable } from "./parts.js";

const MARGIN = 6;
/** Length of the rail at each end of a diagram, with a bar. */
const END = 8;

export function railroad(site: Site, items: readonly GrammarNode[]): Drawing {
  return drawingOf(column(items.map((node) => partOf(site, node))));
}

/** A choice between items that have no order. */
export function choiceRailroad(site: Site, items: readonly GrammarNode[]): Drawing {
  return drawingOf(column([alternatives(items.map((node) => partOf(site, node)))]));
}

/** A diagram with one example of every part. */
export function legend(): Drawing {
  return drawingOf(
    column([
      box({ kind: "record", name: "RECORD", label: "what it is called here" }),
      box({ kind: "rule", name: "rule", label: "its diagram is elsewhere" }),
      box({ kind: "object", name: "object", label: "field with its number" }),
      skippable(box({ kind: "record", name: "CONDITIONAL" }), ["if something holds"]),
      repeated(box({ kind: "record", name: "REPEATED" }), []),
      alternatives([box({ kind: "record", name: "THIS" }), box({ kind: "record", name: "OR THAT" })]),
    ]),
  );
}

/** Address that describes a shared object: its body, or the object type if it has no body. */
export function objectTarget(site: Site, name: string): Address {
  const hasBody = site.model.grammar.bodies.some((body) => body.name === name);
  return hasBody ? { page: bodyPage(name) } : objectAddress(name);
}

function partOf(site: Site, node: GrammarNode): Part {
  const { when, repeat, optional } = node;
  const counted = repeat !== undefined && repeat !== "any" && repeat !== "some";
  const once = partOnce(site, node);
  const part = repeat === undefined ? once : repeated(once, counted ? wrapped(`${conditionWords(repeat)} times`) : []);
  if (when === undefined && !optional && node.kind !== "ref" && repeat !== "any" && !counted) return part;
  const notes =
    when === undefined
      ? []
      : wrapped(
          `${repeat === "some" ? "while" : "if"} ${conditionWords(when)}${optional ? "; even then it may be missing" : ""}`,
        );
  return skippable(part, notes);
}

function partOnce(site: Site, node: GrammarNode): Part {
  const { as: label } = node;
  switch (node.kind) {
    case "sequence":
      return column(node.items.map((item) => partOf(site, item)));
    case "choice":
      return alternatives(node.items.map((item) => partOf(site, item)));
    case "record":
      return box({ kind: "record", name: node.name, label, to: { page: recordPage(node.name) } });
    case "rule":
      return box({ kind: "rule", name: node.name, label, to: { page: rulePage(node) } });
    case "object":
      return box({ kind: "object", name: node.name, label, to: objectTarget(site, node.name) });
    case "ref":
      return box({
        kind: "object",
        name: node.name,
        label: label ?? (node.number === undefined ? undefined : conditionWords(node.number)),
        to: objectTarget(site, node.name),
      });
  }
}

function drawingOf(part: Part): Drawing {
  const x = Math.ceil(Math.max(part.left, END)) + MARGIN;
  const height = Math.ceil(part.height) + 2 * MARGIN;
  return {
    width: x + Math.ceil(Math.max(part.right, END)) + MARGIN,
    height,
    svg(href) {
      const bar = (y: number) => `M${x - END} ${y}H${x + END}`;
      const ends = [MARGIN, MARGIN + 4, height - MARGIN - 4, height - MARGIN].map(bar).join("");
      return `${rail(ends)}\n${part.draw(x, MARGIN, href)}`;
    },
  };
}
