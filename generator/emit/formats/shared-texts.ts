/** Texts about aggregates, written once for all versions in which they are equal. */
import type { FormatAggregate } from "./aggregates.js";
import { enumeratorsIn, expressionText } from "./facts.js";
import type { VersionFormat } from "./version-format.js";

export class SharedTexts<T> {
  private readonly texts = new WeakMap<FormatAggregate, Map<string, T>>();

  of(aggregate: FormatAggregate, format: VersionFormat, write: () => T): T {
    const texts = this.texts.get(aggregate) ?? new Map<string, T>();
    this.texts.set(aggregate, texts);
    const key = differences(aggregate, format);
    const text = texts.get(key) ?? write();
    texts.set(key, text);
    return text;
  }
}

/** Identifies what may differ between versions with the same layout: which enumerations have values, and constants. */
function differences({ entries, arch }: FormatAggregate, format: VersionFormat): string {
  const abi = format.abiOf(arch);
  let key = "";
  for (const entry of entries) {
    if (entry.kind === "padding") continue;
    const { meaning, count } = entry;
    const enumeration = meaning.enum === undefined ? undefined : format.enumeration(meaning.enum, abi);
    if (enumeration) key += enumeratorsIn(format, enumeration).length > 0 ? "+" : "-";
    if (count !== undefined)
      key += expressionText(count, {
        operators: {},
        field: (path) => path,
        variable: (name) => name,
        constant: (name) => format.constant(name, abi),
      });
  }
  return key;
}
