/** One module per version and architecture: names bound to layouts, record numbers and constants. */
import type { AbiLayouts, DistinctLayout } from "../layout.js";
import { type Abi, bindingName, type Model, type Struct, type Version } from "../model.js";
import { type EnumerationWidths, enumerationObjects } from "./enumerations.js";
import { camel, codecName, layoutTypeName, pascal, type RuntimeSpecifier, specifier, structModule } from "./names.js";
import { interfaceOf, RECORD_TYPES } from "./record-types.js";
import { docComment, docText, lineText, literal } from "./text.js";

/** Path of a binding below `generated/codecs`, without extension. */
export function bindingModule(abi: Abi): string {
  return abi.name;
}

/** Path of the constants that all architectures of a version share, without extension. */
export function constantsModule(version: Version): string {
  return `${version.id}/constants`;
}

export function bindingText(
  model: Model,
  widths: EnumerationWidths,
  { abi, structs }: AbiLayouts,
  runtime: RuntimeSpecifier,
): string {
  const module = bindingModule(abi);
  const bound = [...structs].map(([struct, layout]) => ({ struct, layout, name: bindingName(struct, abi) }));
  const missing = notImplementedOn(model, abi);
  const shared = sharedNumbers(model, abi.version);
  const own = [...headerNumbers(model, abi)].filter(([name]) => !shared.has(name));
  return `${missing.length > 0 ? `import { NotImplementedCodec } from "${runtime(module, "codec")}";\n` : ""}import { Target } from "${runtime(module, "target")}";
${bound.map(({ struct, layout }) => `import { ${codecName(layout)} } from "${specifier(module, structModule(struct))}";\n`).join("")}
export * from "./constants.js";
${bound.map(({ struct, layout, name }) => `export type { ${layoutTypeName(layout)} as ${pascal(name)} } from "${specifier(module, structModule(struct))}";\n`).join("")}${recordTypes(model, abi)}
${docComment([`${abi.version.id} on ${abi.arch.id}. ${docText(abi.version.summary)}`])}export const ABI = /* @__PURE__ */ new Target(${targetArguments(model, abi)});

${bound.map(({ struct, layout, name }) => codec(struct, layout, name, abi)).join("")}${missing
  .map(
    ({ name, reason }) =>
      `${docComment([`\`struct ${name}\`: not implemented on this arch, any use throws: ${docText(reason)}.`])}export const ${camel(name)} = /* @__PURE__ */ new NotImplementedCodec(ABI, ${JSON.stringify(name)}, ${JSON.stringify(reason)});\n`,
  )
  .join("")}${own.length > 0 ? `\n${numberText(own)}` : ""}${ownEnumerations(model, widths, abi)}`;
}

/** The types of the records of an ABI; empty for a unit without records. */
function recordTypes({ records }: Model, abi: Abi): string {
  const from = specifier(bindingModule(abi), RECORD_TYPES);
  return records.length > 0 ? `export type { ${interfaceOf(abi.name)} as Records } from "${from}";\n` : "";
}

/** The constants and enumerations that are the same on all architectures of a version. */
export function constantsText(model: Model, widths: EnumerationWidths, version: Version): string {
  const enumerations = [...sharedEnumerations(model, widths, version).values()];
  return [numberText([...sharedNumbers(model, version)]), ...enumerations].join("\n");
}

function ownEnumerations(model: Model, widths: EnumerationWidths, abi: Abi): string {
  const shared = sharedEnumerations(model, widths, abi.version);
  const own = [...enumerationObjects(model, widths, abi)].filter(([name]) => !shared.has(name));
  return own.map(([, text]) => `\n${text}`).join("");
}

function numberText(numbers: readonly (readonly [string, bigint])[]): string {
  return numbers.map(([name, value]) => `export const ${name} = ${literal(value)};\n`).join("");
}

function codec(struct: Struct, layout: DistinctLayout, name: string, abi: Abi): string {
  const cName = struct.names.at(abi) ?? struct.key;
  const usual = struct.names.at(layout.abis[0] as Abi) ?? struct.key;
  const args = cName === usual ? "ABI" : `ABI, ${JSON.stringify(cName)}`;
  const doc = docComment([`\`struct ${cName}\`, ${layout.layout.size} bytes. ${docText(struct.summary)}`]);
  return `${doc}export const ${camel(name)} = /* @__PURE__ */ new ${codecName(layout)}(${args});\n`;
}

/** A struct that other families have under the same name and this architecture lacks. */
interface NotImplemented {
  readonly name: string;
  readonly reason: string;
}

function notImplementedOn(model: Model, abi: Abi): NotImplemented[] {
  const families = new Map<string, Struct[]>();
  for (const struct of model.structs)
    if (struct.family && !struct.external && !struct.variant)
      families.set(struct.key, [...(families.get(struct.key) ?? []), struct]);
  return [...families].flatMap(([name, structs]) => {
    if (structs.length < 2) return [];
    const own = model.structs.find((struct) => struct.key === name && struct.family === abi.arch.family);
    if (own?.present(abi)) return [];
    const elsewhere = structs.some((struct) =>
      model.abis.some((other) => other.version === abi.version && struct.present(other)),
    );
    if (!elsewhere) return [];
    const reason =
      model.families.get(abi.arch.family)?.absent.get(name) ??
      (own ? "the struct exists only in other versions" : `the ${abi.arch.family} headers do not define it`);
    return [{ name, reason: lineText(reason).replace(/\.$/, "") }];
  });
}

/** Arguments of `Target` for an ABI, as text. */
export function targetArguments(model: Model, { version, arch, ...abi }: Abi): string {
  const id = model.enums
    .flatMap((enumeration) => enumeration.values)
    .find((value) => value.name === arch.idName)
    ?.value.at({ version, arch, ...abi });
  const unsupported = arch.unsupported
    ? lineText(arch.unsupported).replace(/\.$/, "")
    : id === undefined
      ? `the header has no ${arch.idName ?? "number for it"} yet`
      : undefined;
  return [
    JSON.stringify(version.id),
    JSON.stringify(arch.id),
    JSON.stringify(arch.family),
    String(arch.bits),
    String(arch.endian === "little"),
    id === undefined ? "undefined" : String(id),
    ...(unsupported ? [JSON.stringify(unsupported)] : []),
  ].join(", ");
}

/** Every enumerator and integer define of the headers in this version on this architecture. */
function headerNumbers(model: Model, abi: Abi): ReadonlyMap<string, bigint> {
  const numbers = new Map<string, bigint>();
  const add = (name: string, value: bigint | undefined) => value !== undefined && numbers.set(name, value);
  for (const enumeration of model.enums)
    if (!enumeration.external) for (const { name, value } of enumeration.values) add(name, value.at(abi));
  for (const { name, value, external } of model.constants) if (!external) add(name, value.at(abi));
  return numbers;
}

const shared = new WeakMap<Version, ReadonlyMap<string, bigint>>();

/** The numbers that are equal on all architectures of a version. Cached, because every architecture requests them. */
function sharedNumbers(model: Model, version: Version): ReadonlyMap<string, bigint> {
  const numbers = shared.get(version) ?? inAll(model, version, (abi) => headerNumbers(model, abi));
  shared.set(version, numbers);
  return numbers;
}

const sharedTexts = new WeakMap<Version, ReadonlyMap<string, string>>();

/** The texts of the enumerations that are equal on all architectures of a version. Cached, as the numbers are. */
function sharedEnumerations(model: Model, widths: EnumerationWidths, version: Version): ReadonlyMap<string, string> {
  const texts = sharedTexts.get(version) ?? inAll(model, version, (abi) => enumerationObjects(model, widths, abi));
  sharedTexts.set(version, texts);
  return texts;
}

/** The entries that the maps of all architectures of a version have with the same value. */
function inAll<T>(model: Model, version: Version, mapOf: (abi: Abi) => ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const [first, ...others] = model.abis.filter((abi) => abi.version === version).map(mapOf);
  return new Map([...(first ?? [])].filter(([name, value]) => others.every((map) => map.get(name) === value)));
}
