/** The order of the stream: how to read its diagrams, where it starts, and all rules and bodies. */
import type { GrammarNode, GrammarRule } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { bodyPage, rulePage } from "../addresses.js";
import { type Block, type Content, code, heading, link, type Page, paragraph } from "../content.js";
import { notations } from "../diagrams/notation.js";
import { choiceRailroad, legend } from "../diagrams/railroad.js";
import { abisOfRule, applied } from "../rule-shapes.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText } from "../spans.js";
import { docOf, itemName } from "./items.js";
import { shapeCases } from "./rule.js";

export function grammarIndex(site: Site): Page {
  const { grammar } = site.model;
  return {
    path: "grammar/index",
    title: "Grammar",
    summary: "The order of the records in an image: rules and bodies of shared objects, with railroad diagrams.",
    section: "grammar/index",
    sources: [...new Set([...grammar.rules, ...grammar.bodies].map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(...site.prose(grammar.framing)),
      heading(2, "section-reading", "How to read the diagrams"),
      ...reading(),
      ...start(site),
      ...anywhere(site),
      heading(2, "section-rules", "Rules"),
      list(site, "Rules", grammar.rules, (rule) => rulePage(rule)),
      heading(2, "section-bodies", "Bodies of shared objects"),
      paragraph(
        "What follows the record that introduces a shared object. ",
        link({ page: "objects" }, "Objects"),
        " describes them and how they refer to each other.",
      ),
      list(site, "Bodies of shared objects", grammar.bodies, ({ name }) => bodyPage(name)),
    ],
  };
}

function reading(): Block[] {
  return [
    paragraph("Follow the rail from top to bottom. Every box takes something from the stream; names are links."),
    {
      kind: "figure",
      name: "grammar-legend",
      drawing: legend(),
      text: "A record has corners, a rule is round, a shared object has two frames. A rail on the left skips something, a rail on the right leads back, and alternatives are side by side.",
    },
    {
      kind: "list",
      items: [
        ["A box with corners is one record of that type. Below its name is its label at this place."],
        ["A round box is a rule, with a diagram of its own."],
        [
          "A box with two frames is a shared object with its whole body. The body is there only if the object was not written before; below its name is the field that holds its number.",
        ],
        [
          "A rail on the left skips something. With a condition, the condition decides; without one, the type of the next record decides.",
        ],
        [
          "A rail on the right leads back. A count says how often; with “while”, the condition is evaluated before every round, with the fields that were read last.",
        ],
        [
          "Every decision needs only the next record, and is final. A field belongs to the latest record of that name in the rule or body, or else in the one that it was called from; records inside a finished rule are not accessible.",
        ],
        ["“New” is a number that no field named before."],
      ],
    },
    paragraph(
      "The text form: commas separate parts that follow each other, ",
      code("|"),
      " separates alternatives, ",
      code("[…]"),
      " is optional, ",
      code("{…}"),
      " is repeated any number of times, ",
      code("{…}+"),
      " at least once, ",
      code("{…} × n"),
      " n times. ",
      code("if"),
      " and ",
      code("while"),
      " begin conditions as the schema writes them.",
    ),
  ];
}

function start(site: Site): Block[] {
  const { grammar } = site.model;
  const rule = grammar.rules.find(({ name }) => name === grammar.start);
  if (!rule) return [];
  return [
    heading(2, "section-start", "Start"),
    paragraph("An image is the rule ", site.name(rule.name), ". ", ...site.prose(rule.doc)),
    { kind: "cases", cases: shapeCases(site, rule, { title: rule.name, figure: "grammar-index" }) },
  ];
}

function anywhere(site: Site): Block[] {
  const { anywhere: nodes } = site.model.grammar;
  const newest = site.model.abis.at(-1);
  if (nodes.length === 0 || !newest) return [];
  const items = applied(site.model, newest, nodes);
  return [
    heading(2, "section-anywhere", "Records that may be anywhere"),
    paragraph("One of these may come before any record."),
    {
      kind: "figure",
      name: "grammar-anywhere",
      drawing: choiceRailroad(site, items),
      text: `anywhere = (${notations(site, items).join(" | ")})`,
    },
    { kind: "list", items: nodes.map((node) => about(site, node)) },
  ];
}

function about(site: Site, node: GrammarNode): Content {
  return [...itemName(site, node), ": ", ...site.prose(docOf(site, node)), ...confidenceMark(node.confidence)];
}

function list(
  site: Site,
  caption: string,
  rules: readonly GrammarRule[],
  pageOf: (rule: GrammarRule) => string,
): Block {
  return {
    kind: "table",
    caption,
    columns: [{ title: "Name" }, { title: "Exists in", minor: true }, { title: "What it is", wide: true, below: true }],
    rows: rules.map((rule) => ({
      cells: [
        [link({ page: pageOf(rule) }, code(rule.name))],
        [abisText(abisOfRule(site.model, rule), site.model)],
        [...site.prose(rule.doc), ...confidenceMark(rule.confidence)],
      ],
    })),
  };
}
