/** The module of the types of records, by version and architecture and by record name. It has no code. */
import type { AbiLayouts, DistinctLayout, Layouts } from "../layout.js";
import type { Model, RecordType, Struct, Version } from "../model.js";
import { layoutTypeName, pascal, type RuntimeSpecifier, specifier, structModule } from "./names.js";
import { docComment } from "./text.js";

export const RECORD_TYPES = "records";

/** Types by record name, as text. */
type TypeList = ReadonlyMap<string, string>;

export function recordTypesText(model: Model, layouts: Layouts, runtime: RuntimeSpecifier): string {
  const lists = layouts.abis.map((own) => ({ abi: own.abi, types: typesOf(model, own) }));
  const shared = new Map<Version, TypeList>(
    model.versions.map((version) => [version, sharedTypes(lists.filter(({ abi }) => abi.version === version))]),
  );
  const used = new Set([...lists.flatMap(({ types }) => [...types.values()])].join(" ").match(/\w+/g));
  const interfaces = [
    ...[...shared].map(([{ id }, types]) =>
      interfaceText(interfaceOf(id), "", types, `Decoded records that all architectures of ${id} have alike.`),
    ),
    ...lists.map(({ abi, types }) => {
      const base = shared.get(abi.version) as TypeList;
      const own = new Map([...types].filter(([name]) => !base.has(name)));
      const doc = `Decoded records of ${abi.name}, by record name.`;
      return interfaceText(interfaceOf(abi.name), interfaceOf(abi.version.id), own, doc);
    }),
  ];
  return `import type { AbiNamed, BareRecord, RecordNameIn, RecordTypeIn } from "${runtime(RECORD_TYPES, "record-types")}";
${importsOf(layouts, used)}
${interfaces.join("\n")}
${docComment(["Decoded records by `version/arch` and by record name, which is the C name without `CKPT_HDR_`. A record that has several structs is their union; one that has none is a {@link BareRecord}."])}export interface AbiRecords {
${lists.map(({ abi }) => `  "${abi.name}": ${interfaceOf(abi.name)};\n`).join("")}}

/** Name of a version on an architecture: \`version/arch\`. */
export type AbiName = keyof AbiRecords;

${docComment(["Names of the records that the version and architecture `A` has; for a union, the names that any of them has."])}export type RecordName<A extends AbiName = AbiName> = RecordNameIn<AbiRecords, A>;

${docComment(["Decoded form of the record `N` in the version and architecture `A`. For a union of them, the union over those that have the record."])}export type RecordType<A extends AbiName, N extends RecordName<A>> = RecordTypeIn<AbiRecords, A, N>;

/** The type of \`abi(name)\`: if the compiler knows the name, its records have exact types. */
export type AbiOf<N extends string> = AbiNamed<AbiRecords, N>;
`;
}

/** Name of the type that has the records of a version or of an ABI. */
export function interfaceOf(name: string): string {
  return `Records_${name.replaceAll(/\W/g, "_")}`;
}

function interfaceText(name: string, base: string, types: TypeList, doc: string): string {
  const lines = [...types].map(([record, type]) => `  ${record}: ${type};\n`);
  return `${docComment([doc])}export interface ${name}${base && ` extends ${base}`} {\n${lines.join("")}}\n`;
}

function sharedTypes(lists: readonly { readonly types: TypeList }[]): TypeList {
  const [first, ...others] = lists.map(({ types }) => types);
  return new Map([...(first ?? [])].filter(([name, type]) => others.every((types) => types.get(name) === type)));
}

function typesOf(model: Model, own: AbiLayouts): TypeList {
  return new Map(
    model.records
      .filter(({ number }) => number.at(own.abi) !== undefined)
      .map((record) => {
        const structs = [...own.structs].filter(([struct]) => keysOf(record).includes(keyOf(struct)));
        const types = structs.map(([struct, layout]) => localName(struct, layout));
        return [record.name, types.length > 0 ? types.join(" | ") : "BareRecord"];
      }),
  );
}

/** Schema keys of the structs of a record. */
function keysOf({ struct, variants }: RecordType): string[] {
  if (struct === undefined) return [];
  return [struct, ...Object.values(variants?.structs ?? {}), ...(variants?.else === undefined ? [] : [variants.else])];
}

/** Schema key of a struct without the variant for a kernel configuration: a record has the structs of all configurations. */
function keyOf({ key, variant }: Struct): string {
  return variant === undefined ? key : key.slice(0, -variant.length - 1);
}

/** Name of a type in this module: families have structs of equal names. */
function localName({ family }: Struct, layout: DistinctLayout): string {
  return layoutTypeName(layout) + (family === undefined ? "" : `_on_${pascal(family)}`);
}

function importsOf({ distinct }: Layouts, used: ReadonlySet<string>): string {
  return [...distinct]
    .map(([struct, own]) => {
      const names = own.flatMap((layout) => {
        const [name, local] = [layoutTypeName(layout), localName(struct, layout)];
        return used.has(local) ? [name === local ? name : `${name} as ${local}`] : [];
      });
      if (names.length === 0) return "";
      return `import type { ${names.join(", ")} } from "${specifier(RECORD_TYPES, structModule(struct))}";\n`;
    })
    .join("");
}
