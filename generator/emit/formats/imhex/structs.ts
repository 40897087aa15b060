/** The types of structs and of the aggregates nested in them. */
import type { Expression } from "../../../../runtime/expression.js";
import type { Abi } from "../../../model.js";
import { commentText } from "../../text.js";
import type { FormatAggregate, MemberEntry } from "../aggregates.js";
import { expressionText } from "../facts.js";
import { SharedTexts } from "../shared-texts.js";
import type { VersionFormat } from "../version-format.js";
import type { Enums } from "./enums.js";
import { commentAttribute, notation, patternName, scalarType } from "./language.js";

const TEXTS = new SharedTexts<string>();

export class Structs {
  constructor(
    private readonly format: VersionFormat,
    private readonly enums: Enums,
  ) {}

  text(aggregate: FormatAggregate): string {
    const abi = this.format.abiOf(aggregate.arch);
    // A text from another version does not add its enumerations to those of this one.
    for (const entry of aggregate.entries) if (entry.kind === "member") this.typeName(entry, abi);
    return TEXTS.of(aggregate, this.format, () => this.describe(aggregate, abi));
  }

  private describe({ id, union, entries, doc }: FormatAggregate, abi: Abi): string {
    const members = entries.map((entry) =>
      entry.kind === "padding" ? `    padding[${entry.size}];\n` : `    ${this.member(entry, abi)}\n`,
    );
    return `// ${commentText(doc)}\n${union ? "union" : "struct"} ${id} {\n${members.join("")}};\n`;
  }

  private member(entry: MemberEntry, abi: Abi): string {
    const { name, dims, count, doc } = entry;
    const length = dims.length > 0 ? dims.reduce((a, b) => a * b, 1) : undefined;
    const elements = count === undefined ? length : this.count(count, abi);
    return `${this.typeName(entry, abi)} ${patternName(name)}${elements === undefined ? "" : `[${elements}]`}${commentAttribute(doc)};`;
  }

  private typeName({ type, meaning }: MemberEntry, abi: Abi): string {
    if (typeof type !== "string") return type.id;
    const enumeration = meaning.enum === undefined ? undefined : this.format.enumeration(meaning.enum, abi);
    return enumeration && /^[us]/.test(type) ? this.enums.type(enumeration, type) : scalarType(type);
  }

  private count(count: Expression, abi: Abi): string {
    return expressionText(count, notation(this.format, { abis: [abi] })) ?? "while($ < record_end)";
  }
}
