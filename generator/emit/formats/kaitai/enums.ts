/** The enumerations of a description: those that a type refers to. */
import type { Enumeration } from "../../../model.js";
import { enumeratorsIn, identifiers, quotedLine } from "../facts.js";
import type { VersionFormat } from "../version-format.js";
import { indent, type Lines } from "./yaml.js";

export class Enums {
  private readonly described = new Map<string, Lines>();

  constructor(private readonly format: VersionFormat) {}

  /** All that were referred to. */
  get lines(): Lines {
    return [...this.described.values()].flat();
  }

  /** Reference to an enumeration; empty when this version has none of its values. */
  reference(enumeration: Enumeration): Lines {
    const { name } = enumeration;
    if (!this.described.has(name)) this.described.set(name, this.describe(enumeration));
    return this.described.get(name)?.length ? [`enum: ${name}`] : [];
  }

  private describe(enumeration: Enumeration): Lines {
    const enumerators = enumeratorsIn(this.format, enumeration);
    const ids = identifiers(enumerators.map(({ name }) => name));
    const values = enumerators.map(
      ({ name, value, doc }, index) => `${value}: { id: ${ids[index]}, -orig-id: ${name}, doc: ${quotedLine(doc)} }`,
    );
    return values.length > 0 ? [`${enumeration.name}:`, ...indent(values)] : [];
  }
}
