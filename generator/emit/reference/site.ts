/** Lookup of structs, records, enums and constants by name, and of their addresses, for all pages. */
import MarkdownIt from "markdown-it";
import type { Confidence } from "../../../runtime/descriptor.js";
import type { Layouts } from "../../layout.js";
import type { Abi, Enumeration, Model, RecordType, Struct } from "../../model.js";
import { lineText } from "../text.js";
import {
  constantAddress,
  enumeratorAddress,
  enumPage,
  objectAddress,
  recordPage,
  rulePage,
  structPage,
  versionPage,
} from "./addresses.js";
import { type Address, badge, type Content, code, type Inline, link } from "./content.js";

/** Documentation texts may use code spans and emphasis of Markdown, and nothing else. */
const markdown = new MarkdownIt("zero", { html: false }).enable(["backticks", "emphasis", "escape"]);

export class Site {
  readonly structs: ReadonlyMap<string, readonly Struct[]>;
  readonly records: ReadonlyMap<string, RecordType>;
  readonly enums: ReadonlyMap<string, Enumeration>;
  private readonly names = new Map<string, Address>();

  constructor(
    readonly model: Model,
    readonly layouts: Layouts,
  ) {
    const structs = new Map<string, Struct[]>();
    for (const struct of model.structs) structs.set(struct.key, [...(structs.get(struct.key) ?? []), struct]);
    this.structs = structs;
    this.records = new Map(model.records.map((record) => [record.name, record]));
    this.enums = new Map(model.enums.map((enumeration) => [enumeration.name, enumeration]));
    this.collectNames();
  }

  /** Address of a name of the schema: a struct, an enumeration, an enumerator, a constant, a record, an object, a rule, or a version. */
  find(name: string): Address | undefined {
    return this.names.get(name);
  }

  /** Addresses by name, unordered. */
  get everything(): ReadonlyMap<string, Address> {
    return this.names;
  }

  /** A name in code type, as a link if it is known and not on page `from`. */
  name(name: string, from?: string): Inline {
    const address = this.find(name);
    return address && address.page !== from ? link(address, code(name)) : code(name);
  }

  /** A documentation text of the schema. Names in code spans become links. */
  prose(text: string, from?: string): Content {
    const [block] = markdown.parseInline(lineText(text), {});
    return inlines(block?.children ?? [], (name) => this.name(name, from));
  }

  /** All ABIs in which a struct exists. */
  abisOf(struct: Struct): Abi[] {
    return (this.layouts.distinct.get(struct) ?? []).flatMap(({ abis }) => abis);
  }

  private collectNames(): void {
    const { model, names } = this;
    // Later entries win, so the names that are looked up most often come last.
    for (const { id } of model.versions) names.set(id, { page: versionPage(id) });
    for (const { name } of model.constants) names.set(name, constantAddress(name));
    for (const rule of model.grammar.rules) names.set(rule.name, { page: rulePage(rule) });
    for (const enumeration of model.enums) {
      for (const { name } of enumeration.values) names.set(name, enumeratorAddress(enumeration.name, name));
      names.set(enumeration.name, { page: enumPage(enumeration.name) });
    }
    for (const { name } of model.objects) {
      names.set(name, objectAddress(name));
      names.set(`CKPT_OBJ_${name}`, objectAddress(name));
    }
    for (const { name } of model.records) {
      names.set(name, { page: recordPage(name) });
      names.set(`CKPT_HDR_${name}`, { page: recordPage(name) });
    }
    for (const struct of model.structs)
      for (const name of [...struct.names.values(), struct.key]) names.set(name, { page: structPage(struct) });
  }
}

interface Token {
  readonly type: string;
  readonly content: string;
}

function inlines(tokens: readonly Token[], nameOf: (name: string) => Inline): Content {
  const content: Inline[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const { type, content: text } = tokens[i] as Token;
    if (type === "code_inline") content.push(nameOf(text));
    else if (type === "em_open" || type === "strong_open") {
      const end = closing(tokens, i);
      content.push({
        kind: type === "em_open" ? "emphasis" : "strong",
        content: inlines(tokens.slice(i + 1, end), nameOf),
      });
      i = end;
    } else if (text !== "") content.push(text);
  }
  return content;
}

function closing(tokens: readonly Token[], open: number): number {
  const { type } = tokens[open] as Token;
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.type === type) depth++;
    else if (tokens[i]?.type === type.replace("open", "close") && --depth === 0) return i;
  }
  return tokens.length;
}

export const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  general: "Well-known meaning in the kernel; the checkpoint sources do not state it.",
  inferred: "Inferred: consistent with all that is known, but the code that writes it was not seen.",
  unknown: "Unknown: no source states the meaning.",
};

/** A mark of confidence; empty for a statement with a source. */
export function confidenceMark(confidence: Confidence | undefined): Content {
  if (!confidence) return [];
  return [" ", badge(confidence === "general" ? "plain" : confidence, confidence, CONFIDENCE[confidence])];
}
