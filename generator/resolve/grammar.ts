/** The order of the stream. */
import { type Origin, within } from "../load/document.js";
import type { Grammar, GrammarNode, GrammarRule } from "../model.js";
import type { Context, Raw } from "./context.js";
import { readPayload } from "./numbers.js";

export function readGrammar(context: Context): Grammar {
  const grammar: { -readonly [K in keyof Grammar]: Grammar[K] } = {
    framing: "",
    start: "",
    anywhere: [],
    rules: [],
    bodies: [],
  };
  for (const document of context.documents) {
    const raw = (document.data as Raw).grammar as Raw | undefined;
    if (!raw) continue;
    const origin: Origin = { document, path: ["grammar"] };
    grammar.framing = raw.framing ?? grammar.framing;
    grammar.start = raw.start;
    grammar.anywhere = readNodes(context, raw.anywhere ?? [], within(origin, "anywhere"));
    grammar.rules = readRules(context, raw.rules, within(origin, "rules"));
    grammar.bodies = readRules(context, raw.bodies, within(origin, "bodies"));
  }
  return grammar;
}

function readRules(context: Context, raw: Raw, origin: Origin): GrammarRule[] {
  return Object.entries(raw).map(([name, rule]: [string, Raw]) => {
    const at = within(origin, name);
    context.presence(rule, at);
    return {
      name,
      doc: rule.doc,
      items: readNodes(context, rule.sequence, within(at, "sequence")),
      ...(rule.since && { since: rule.since }),
      ...(rule.until && { until: rule.until }),
      source: rule.source ?? [],
      ...(rule.confidence && { confidence: rule.confidence }),
      origin: at,
    };
  });
}

function readNodes(context: Context, raw: readonly Raw[], origin: Origin): GrammarNode[] {
  return raw.map((node, index) => readNode(context, node, within(origin, index)));
}

function readNode(context: Context, raw: Raw, origin: Origin): GrammarNode {
  context.presence(raw, origin);
  const attributes = {
    ...(raw.since && { since: raw.since }),
    ...(raw.until && { until: raw.until }),
    ...(raw.arches && { arches: raw.arches }),
    ...(raw.when !== undefined && { when: context.expression(raw.when, within(origin, "when")) ?? 0 }),
    ...(raw.optional && { optional: true }),
    ...(raw.repeat !== undefined && {
      repeat:
        raw.repeat === "any" || raw.repeat === "some"
          ? raw.repeat
          : (context.expression(raw.repeat, within(origin, "repeat")) ?? 0),
    }),
    ...(raw.as && { as: raw.as }),
    ...(raw.contains && { contains: readPayload(context, raw.contains, within(origin, "contains")) }),
    ...(raw.doc && { doc: raw.doc }),
    ...(raw.confidence && { confidence: raw.confidence }),
  };
  if (raw.record !== undefined) return { kind: "record", name: raw.record, ...attributes };
  if (raw.rule !== undefined) return { kind: "rule", name: raw.rule, ...attributes };
  if (raw.object !== undefined) return { kind: "object", name: raw.object, ...attributes };
  if (raw.ref !== undefined) {
    const number = context.expression(raw.number, within(origin, "number"));
    return { kind: "ref", name: raw.ref, ...(number !== undefined && { number }), ...attributes };
  }
  const kind = raw.sequence ? "sequence" : "choice";
  return { kind, items: readNodes(context, raw[kind], within(origin, kind)), ...attributes };
}
