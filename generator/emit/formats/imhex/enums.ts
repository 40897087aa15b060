/** The enumerations of a pattern: those that a type refers to, once for each width. */
import type { Enumeration } from "../../../model.js";
import { commentText } from "../../text.js";
import { enumeratorsIn } from "../facts.js";
import type { VersionFormat } from "../version-format.js";

export class Enums {
  private readonly described = new Map<string, string>();

  constructor(private readonly format: VersionFormat) {}

  /** All that were referred to. */
  get texts(): string[] {
    return [...this.described.values()];
  }

  /** Name of the enumeration as a type; the plain integer type when this version has none of its values. */
  type(enumeration: Enumeration, width: string): string {
    const name = `${enumeration.name}_${width}`;
    if (!this.described.has(name)) {
      const values = enumeratorsIn(this.format, enumeration);
      const lines = values.map(({ name: own, value, doc }) => `    ${own} = ${value}, // ${commentText(doc)}\n`);
      this.described.set(name, values.length > 0 ? `enum ${name} : ${width} {\n${lines.join("")}};\n` : "");
    }
    return this.described.get(name) ? name : width;
  }
}
