/** Fields for bytes after a struct, and the types that are not structs of the schema. */
import type { Payload } from "../../../model.js";
import { quotedLine } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import { SCALAR } from "./expressions.js";
import { attribute, indent, type Lines } from "./yaml.js";

/** Types that are not structs of the schema, such as the body of a record with a payload. */
export class OtherTypes {
  private readonly described = new Map<string, Lines>();

  get lines(): Lines {
    return [...this.described.values()].flat();
  }

  /** Adds a type, unless there is one of that name; returns the name. */
  add(name: string, doc: string, seq: Lines, more: Lines = []): string {
    if (!this.described.has(name)) {
      const fields = seq.length > 0 ? ["seq:", ...indent(seq)] : [];
      this.described.set(name, [`${name}:`, ...indent([`doc: ${quotedLine(doc)}`, ...more, ...fields])]);
    }
    return name;
  }
}

/** Fields for the bytes after the struct of a record. `more` are further keys of the field, such as its condition. */
export function payloadFields(image: FormatSource, name: string, payload: Payload, doc: string, more: Lines): Lines {
  const rest = [...more, ...(doc === "" ? [] : [`doc: ${quotedLine(doc)}`])];
  if (payload.kind === "text") return attribute(name, ["type: str", "size-eos: true", "pad-right: 0", ...rest]);
  const element = payload.of === undefined ? undefined : elementType(image, payload.of);
  if (element === undefined) return attribute(name, ["size-eos: true", ...rest]);
  return attribute(name, [`type: ${element}`, "repeat: eos", ...rest]);
}

function elementType({ format, aggregates }: FormatSource, of: string): string | undefined {
  if (SCALAR[of]) return SCALAR[of];
  const form = format.element(of);
  return form && aggregates.of(form).id;
}
