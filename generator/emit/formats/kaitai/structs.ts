/** The types of structs and of the aggregates nested in them. */
import type { Expression } from "../../../../runtime/expression.js";
import type { Abi } from "../../../model.js";
import { structPage } from "../../reference/addresses.js";
import type { FormatAggregate, MemberEntry } from "../aggregates.js";
import { expressionText, identifiers, quotedLine } from "../facts.js";
import { SharedTexts } from "../shared-texts.js";
import type { VersionFormat } from "../version-format.js";
import type { Enums } from "./enums.js";
import { notation, SCALAR } from "./expressions.js";
import { attribute, indent, type Lines } from "./yaml.js";

const TEXTS = new SharedTexts<Lines>();

export class Structs {
  constructor(
    private readonly format: VersionFormat,
    private readonly enums: Enums,
  ) {}

  type(aggregate: FormatAggregate): Lines {
    const abi = this.format.abiOf(aggregate.arch);
    // A text from another version does not add its enumerations to those of this one.
    for (const entry of aggregate.entries) if (entry.kind === "member") this.enumOf(entry, abi);
    return TEXTS.of(aggregate, this.format, () => this.describe(aggregate, abi));
  }

  private describe({ id, union, entries, doc, struct }: FormatAggregate, abi: Abi): Lines {
    const names = identifiers(entries.map((entry) => (entry.kind === "padding" ? "" : entry.name)));
    const parts = entries.flatMap((entry, index) => {
      if (entry.kind === "padding") return [`- size: ${entry.size}`];
      const attributes = this.member(entry, abi);
      const name = names[index] as string;
      const original = name === entry.name ? [] : [`-orig-id: ${quotedLine(entry.name)}`];
      return union
        ? [`${name}:`, ...indent(["pos: 0", ...original, ...attributes])]
        : attribute(name, [...original, ...attributes]);
    });
    return [
      `${id}:`,
      ...indent([
        `doc: ${quotedLine(doc)}`,
        ...(struct ? [`doc-ref: generated/reference/${structPage(struct)}.html`] : []),
        ...(parts.length > 0 ? [union ? "instances:" : "seq:", ...indent(parts)] : []),
      ]),
    ];
  }

  private member(entry: MemberEntry, abi: Abi): Lines {
    const { type, dims, count, doc } = entry;
    const docs = doc === "" ? [] : [`doc: ${quotedLine(doc)}`];
    const packed = dims.length > 0 && count === undefined && (type === "char" || type === "u8");
    const outer = packed ? dims.slice(0, -1) : dims;
    const repeat = outer.length > 0 ? ["repeat: expr", `repeat-expr: ${outer.reduce((a, b) => a * b, 1)}`] : [];
    const counted = count === undefined ? repeat : this.repeat(count, abi);
    if (packed) {
      const size = `size: ${dims.at(-1)}`;
      return [...(type === "char" ? ["type: str", size, "pad-right: 0"] : [size]), ...counted, ...docs];
    }
    if (type === "char") return ["type: str", "size: 1", ...counted, ...docs];
    if (typeof type !== "string")
      return [`type: ${type.id}`, ...(type.union ? [`size: ${type.size}`] : []), ...counted, ...docs];
    const names = this.enumOf(entry, abi);
    return [`type: ${SCALAR[type]}`, ...names, ...counted, ...docs];
  }

  private enumOf({ meaning, type }: MemberEntry, abi: Abi): Lines {
    if (meaning.enum === undefined || typeof type !== "string" || !/^[us]/.test(type)) return [];
    const enumeration = this.format.enumeration(meaning.enum, abi);
    return enumeration ? this.enums.reference(enumeration) : [];
  }

  private repeat(count: Expression, abi: Abi): Lines {
    const text = expressionText(count, notation(this.format, { abis: [abi] }));
    return text === undefined ? ["repeat: eos"] : ["repeat: expr", `repeat-expr: ${text}`];
  }
}
