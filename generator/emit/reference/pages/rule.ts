/** The pages of a grammar rule and of the body of a shared object: diagrams, items, and where the rule is used. */
import type { GrammarNode, GrammarRule } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { bodyPage, objectAddress, rulePage } from "../addresses.js";
import { type Block, type Case, type Content, code, heading, joined, link, type Page, paragraph } from "../content.js";
import { notation, notations } from "../diagrams/notation.js";
import { railroad } from "../diagrams/railroad.js";
import { abisOfRule, shapesOf } from "../rule-shapes.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText } from "../spans.js";
import { rulesThatUse } from "../uses.js";
import { itemTable } from "./items.js";

export function ruleReference(site: Site, rule: GrammarRule): Page {
  const { start, anywhere } = site.model.grammar;
  const isRule = (node: GrammarNode) => node.kind === "rule" && node.name === rule.name;
  return reference(site, rule, { path: rulePage(rule), title: rule.name }, isRule, [
    ...(rule.name === start ? [paragraph("A whole image is this rule.")] : []),
    ...(anywhere.some(isRule) ? [paragraph("It may come before any record.")] : []),
  ]);
}

export function bodyReference(site: Site, body: GrammarRule): Page {
  const isObject = (node: GrammarNode) => (node.kind === "ref" || node.kind === "object") && node.name === body.name;
  return reference(site, body, { path: bodyPage(body.name), title: `Object ${body.name}` }, isObject, [
    paragraph(
      "This is the body of the shared object ",
      link(objectAddress(body.name), code(body.name)),
      ". It follows the record that introduces the object, and has no end mark.",
    ),
  ]);
}

function reference(
  site: Site,
  rule: GrammarRule,
  { path, title }: { readonly path: string; readonly title: string },
  isMeant: (node: GrammarNode) => boolean,
  place: readonly Block[],
): Page {
  const cases = shapeCases(site, rule, { title: rule.name, figure: path.replaceAll("/", "-") });
  return {
    path,
    title,
    summary: rule.doc,
    section: "grammar/index",
    sources: [schemaFileOf(rule.origin)],
    blocks: [
      paragraph(...site.prose(rule.doc, path), ...confidenceMark(rule.confidence)),
      ...place,
      { kind: "facts", facts: factsOf(site, rule, path) },
      heading(2, "section-diagram", cases.length === 1 ? "Diagram" : "Diagrams"),
      paragraph(link({ page: "grammar/index", anchor: "section-reading" }, "How to read diagrams"), "."),
      { kind: "cases", cases },
      heading(2, "section-items", "What it consists of"),
      itemTable(site, rule, path),
      ...expectedBy(site, isMeant),
    ],
  };
}

function factsOf(site: Site, rule: GrammarRule, path: string): (readonly [string, Content])[] {
  return [
    ["Exists in", [abisText(abisOfRule(site.model, rule), site.model)]],
    ...(rule.source.length > 0
      ? [
          [
            "Sources",
            joined(
              rule.source.map((text) => site.prose(text, path)),
              "; ",
            ),
          ] as const,
        ]
      : []),
    ["Described in", [code(schemaFileOf(rule.origin))]],
  ];
}

/**
 * A case per distinct diagram, newest first.
 *
 * @param named name of the rule in texts, and prefix of the names of drawings
 */
export function shapeCases(
  site: Site,
  rule: GrammarRule,
  named: { readonly title: string; readonly figure: string },
): Case[] {
  const { model } = site;
  const shapes = shapesOf(site, rule);
  const own = abisOfRule(model, rule);
  return shapes.reverse().map(({ id, items, abis }) => ({
    abis: abis.map(({ name }) => name),
    anchor: `diagram-${id}`,
    title: [shapes.length > 1 ? abisText(abis, model, own) : abisText(abis, model)],
    blocks: [
      {
        kind: "figure",
        name: `${named.figure}-${id}`,
        drawing: railroad(site, items),
        text: `${named.title} = ${notation(site, items) || "nothing"}`,
      },
      {
        kind: "details",
        summary: ["As text"],
        blocks: [
          {
            kind: "code",
            language: "text",
            text: `${named.title} =\n  ${notations(site, items).join(",\n  ") || "nothing"}\n`,
          },
        ],
      },
    ],
  }));
}

function expectedBy(site: Site, isMeant: (node: GrammarNode) => boolean): Block[] {
  const rules = rulesThatUse(site, isMeant);
  if (rules.length === 0) return [];
  return [
    heading(2, "section-used", "Expected by"),
    { kind: "list", items: rules.map(({ page, title }) => [link({ page }, title)]) },
  ];
}
