/** Conditions, counts and payloads of the grammar in words. */
import type { Expression } from "../../../runtime/expression.js";
import type { Payload } from "../../model.js";
import { recordPage } from "./addresses.js";
import { type Content, code, type Inline, link } from "./content.js";
import type { Site } from "./site.js";

/** An expression as in the schema, with links to the records that it refers to. */
export function expressionContent(site: Site, expression: Expression, page?: string): Content {
  return content(site, expression, page, 0);
}

/** Precedence of operators. */
const BINDING: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "&": 3,
  "==": 4,
  "!=": 4,
  "<": 5,
  ">": 5,
  "<=": 5,
  ">=": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
};

function content(site: Site, expression: Expression, page: string | undefined, around: number): Content {
  if (typeof expression === "number") return [code(`${expression}`)];
  switch (expression[0]) {
    case "constant":
      return [site.name(expression[1], page)];
    case "variable":
      return [code(expression[1])];
    case "field":
      return [fieldName(site, expression[1], expression[2], page)];
    case "call":
      return [code(`${expression[1]}(`), ...content(site, expression[2], page, 0), code(")")];
    case "not":
      return [code("!"), ...content(site, expression[1], page, 8)];
    case "negate":
      return [code("-"), ...content(site, expression[1], page, 8)];
    default: {
      const binding = BINDING[expression[0]] ?? 0;
      const inner = [
        ...content(site, expression[1], page, binding),
        " ",
        code(expression[0]),
        " ",
        ...content(site, expression[2], page, binding + 1),
      ];
      return binding < around ? [code("("), ...inner, code(")")] : inner;
    }
  }
}

function fieldName(site: Site, record: string | null, path: string, page: string | undefined): Inline {
  if (record === null) return code(path);
  const text = code(`${record}.${path}`);
  const address = { page: recordPage(record) };
  return site.records.has(record) && address.page !== page ? link(address, text) : text;
}

/** Description of the bytes after a struct. */
export function payloadText(site: Site, payload: Payload, page?: string): Content {
  const { kind, of, count, length, slack, doc } = payload;
  const { model } = site;
  const parts: Inline[] = [];
  if (kind === "array" && of !== undefined) {
    parts.push("an array of ", site.name(of, page));
    if (count !== undefined) parts.push(", ", ...expressionContent(site, count, page), " of them");
    if (model.structs.find(({ key }) => key === of)?.private)
      parts.push(", each with the size that it has in the kernel that wrote the image");
    if (slack) parts.push(`, with ${slack} bytes of slack after them`);
  } else {
    parts.push(kind === "text" ? "a text" : "bytes");
    if (length !== undefined) parts.push(", ", ...expressionContent(site, length, page), " bytes long");
  }
  parts.push(". ", ...site.prose(doc ?? "", page));
  return parts;
}
