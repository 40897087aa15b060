/**
 * Enumerations in TypeScript: per field the open type of its numbers, and per version and architecture an object with the values by name.
 *
 * The numbers of an enumeration differ between versions and architectures, and an image may have any number. So the type of a field, which all of
 * them share, is the union of all values and of all other numbers: an editor offers the values, and nothing is refused.
 */
import type { Layout, Layouts } from "../layout.js";
import type { Abi, Enumeration, Field, Model } from "../model.js";
import { isWide } from "./access.js";
import { pascal } from "./names.js";
import { docComment, docText, literal } from "./text.js";

export const ENUMERATIONS = "enumerations";

/** Names of the types of a field whose values an enumeration lists in some of the ABIs; empty for other fields. */
export function enumerationTypes({ meanings }: Field, abis: readonly Abi[], wide: boolean): string[] {
  const names = abis.map((abi) => meanings.at(abi).enum);
  return [...new Set(names)].flatMap((name) => (name === undefined ? [] : [typeName(name, wide)]));
}

/** Names of the types of all fields of a layout, without those in nested structs of their own. */
export function enumerationTypesIn({ members }: Layout, abis: readonly Abi[]): string[] {
  return members.flatMap(({ type, field }) => {
    if (type.kind === "reference") return [];
    if (type.kind !== "scalar") return enumerationTypesIn(type.layout, abis);
    return enumerationTypes(field, abis, isWide(type.scalar));
  });
}

function typeName(enumeration: string, wide: boolean): string {
  return pascal(enumeration) + (wide ? "64" : "");
}

/** The module with the types of fields. It has no code. */
export function enumerationTypesText(model: Model, widths: EnumerationWidths): string {
  return [...new Set(model.enums.map(({ name }) => name))]
    .flatMap((name) => [...(widths.enum.get(name) ?? [])].map((wide) => typeText(model, name, wide)))
    .join("\n");
}

function typeText(model: Model, name: string, wide: boolean): string {
  const own = model.enums.filter((enumeration) => enumeration.name === name);
  const byName = new Map<string, Set<bigint>>();
  for (const { values } of own)
    for (const { name: enumerator, value } of values)
      byName.set(enumerator, new Set([...(byName.get(enumerator) ?? []), ...value.values()]));
  const suffix = wide ? "n" : "";
  const numbers = [...new Set([...byName.values()].flatMap((values) => [...values]))].sort((a, b) => (a < b ? -1 : 1));
  const list = [...byName].map(([enumerator, values]) => `${[...values].join(" or ")} \`${enumerator}\``).join(", ");
  const open = wide ? "(bigint & {})" : "(number & {})";
  return `${docComment([`${docText(own[0]?.summary ?? "")} One of these numbers, in some version, or any other: ${list}.`])}export type ${typeName(name, wide)} = ${[...numbers.map((value) => `${value}${suffix}`), open].join(" | ")};\n`;
}

/** An object with the values or bits of an enumeration by name, and its open type, as text by the name of the enumeration. */
export function enumerationObjects(model: Model, widths: EnumerationWidths, abi: Abi): Map<string, string> {
  return new Map(
    enumerationsOf(model, abi).flatMap((enumeration) => {
      const { name, bits, summary } = enumeration;
      const values = enumeration.values.flatMap(({ name, value }) => {
        const own = value.at(abi);
        return own === undefined ? [] : [[name, own] as const];
      });
      if (values.length === 0) return [];
      const used = [...(widths.enum.get(name) ?? []), ...(widths.flags.get(name) ?? [])];
      const wide = used.length > 0 && !used.includes(false);
      const lines = values.map(([key, value]) => `  ${key}: ${wide ? `${value}n` : literal(value)},\n`).join("");
      const type = pascal(name);
      const doc = `${docText(summary)} ${bits ? "Bits" : "Values"} by C name.`;
      const number = wide ? "bigint" : "number";
      const open = bits
        ? `${docComment([`Any bits of \`${name}\` together; an image may have others.`])}export type ${type} = ${number};\n`
        : `${docComment([`A value of \`${name}\`; an image may have others.`])}export type ${type} = (typeof ${type})[keyof typeof ${type}] | (${number} & {});\n`;
      return [[name, `${docComment([doc])}export const ${type} = {\n${lines}} as const;\n${open}`]];
    }),
  );
}

/** The enumerations of an ABI: of two with the same name, that of its architecture family. */
function enumerationsOf({ enums }: Model, { arch }: Abi): Enumeration[] {
  const own = enums.filter(({ family }) => family === undefined || family === arch.family);
  const special = new Set(own.flatMap(({ name, family }) => (family === undefined ? [] : [name])));
  return own.filter(({ name, family }) => family !== undefined || !special.has(name));
}

/** By the name of an enumeration, whether the fields with its values or its bits are 64 bits wide; both if some are and some are not. */
export interface EnumerationWidths {
  readonly enum: ReadonlyMap<string, ReadonlySet<boolean>>;
  readonly flags: ReadonlyMap<string, ReadonlySet<boolean>>;
}

export function enumerationWidths({ distinct }: Layouts): EnumerationWidths {
  const widths = { enum: new Map<string, Set<boolean>>(), flags: new Map<string, Set<boolean>>() };
  const collect = ({ members }: Layout, abis: readonly Abi[]): void => {
    for (const { type, field } of members)
      if (type.kind === "scalar") {
        for (const meaning of new Set(abis.map((abi) => field.meanings.at(abi))))
          for (const property of ["enum", "flags"] as const) {
            const name = meaning[property];
            if (name === undefined) continue;
            widths[property].set(name, (widths[property].get(name) ?? new Set()).add(isWide(type.scalar)));
          }
      } else if (type.kind !== "reference") collect(type.layout, abis);
  };
  for (const { layout, abis } of [...distinct.values()].flat()) collect(layout, abis);
  return widths;
}
