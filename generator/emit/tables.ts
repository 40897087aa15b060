/** Versions, numbers, records and the grammar as data. */
import type { Tables } from "../../runtime/tables.js";
import type { Constant, Enumerator, Grammar, GrammarNode, GrammarRule, Model } from "../model.js";
import { notes } from "./descriptors.js";
import { lineText } from "./text.js";

/** The tables as data, with bigints where the emitted text has numbers. */
export function tables(model: Model): { [K in keyof Tables]: unknown } {
  return {
    versions: model.versions.map(({ index: _, ...version }) => ({
      ...version,
      evidence: lineText(version.evidence),
      summary: lineText(version.summary),
    })),
    arches: model.arches.map((arch) => ({
      id: arch.id,
      family: arch.family,
      bits: arch.bits,
      endian: arch.endian,
      align64: arch.align64,
      versions: arch.versions.map((version) => version.id),
      id_enumerator: arch.idName,
      machines: arch.machines,
      page_sizes: arch.pageSizes,
      unsupported: arch.unsupported && lineText(arch.unsupported),
      doc: lineText(arch.doc),
      absent: Object.fromEntries(
        [...(model.families.get(arch.family)?.absent ?? [])].map(([name, reason]) => [name, lineText(reason)]),
      ),
    })),
    constants: model.constants.map((constant) => ({
      name: constant.name,
      value: constant.value.varying,
      header: constant.header,
      external: constant.external || undefined,
      format: constant.format,
      ...documented(constant),
    })),
    enums: model.enums.map((enumeration) => ({
      name: enumeration.name,
      summary: lineText(enumeration.summary),
      bits: enumeration.bits || undefined,
      external: enumeration.external,
      family: enumeration.family,
      confidence: enumeration.confidence,
      values: enumeration.values.map((value) => ({
        name: value.name,
        value: value.value.varying,
        ...documented(value),
      })),
    })),
    records: model.records.map((record) => ({
      name: record.name,
      number: record.number.varying,
      purpose: record.purpose && lineText(record.purpose),
      struct: record.struct,
      variants: record.variants,
      payload: record.payload,
      raw: record.raw && { length: record.raw.length, doc: lineText(record.raw.doc) },
      reserved: record.reserved || undefined,
      source: record.source,
      ...documented(record),
    })),
    objects: model.objects.map((object) => ({
      name: object.name,
      number: object.number.varying,
      principal: object.principal,
      framed: object.framed.varying,
      knownBy: object.knownBy && lineText(object.knownBy),
      ...documented(object),
    })),
    grammar: grammar(model.grammar),
  };
}

function documented(item: Constant | Enumerator | Model["records"][number] | Model["objects"][number]) {
  return { doc: lineText(item.doc), confidence: item.confidence, ...notes(item.notes) };
}

function grammar({ framing, start, anywhere, rules, bodies }: Grammar): unknown {
  return {
    framing: lineText(framing),
    start,
    anywhere: anywhere.map(node),
    rules: Object.fromEntries(rules.map((entry) => [entry.name, rule(entry)])),
    bodies: Object.fromEntries(bodies.map((entry) => [entry.name, rule(entry)])),
  };
}

function rule({ name: _, origin: __, items, doc, ...rest }: GrammarRule): unknown {
  return { doc: lineText(doc), items: items.map(node), ...rest };
}

function node(item: GrammarNode): unknown {
  const doc = item.doc === undefined ? {} : { doc: lineText(item.doc) };
  if (item.kind === "sequence" || item.kind === "choice") return { ...item, ...doc, items: item.items.map(node) };
  return { ...item, ...doc };
}
