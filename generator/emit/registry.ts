/**
 * The modules for `import { abi } from "ckpt-abi"`: every struct, every table, every version and architecture. The index has the generated codecs;
 * the module for browsers has none, and makes codecs from layouts, because the code of all structs is several times as long as all else.
 */
import type { DistinctLayout, Layouts } from "../layout.js";
import type { Model, Struct } from "../model.js";
import { targetArguments } from "./bindings.js";
import { otherNames } from "./descriptors.js";
import { codecName, descriptorModule, type RuntimeSpecifier, specifier, structModule } from "./names.js";
import { RECORD_TYPES } from "./record-types.js";

const INDEX = "index";

/**
 * The text of one of these modules.
 *
 * @param codecs `generated` for the index, `layouts` for the module for browsers
 */
export function indexText(
  model: Model,
  layouts: Layouts,
  runtime: RuntimeSpecifier,
  codecs: "generated" | "layouts",
): string {
  const isGenerated = codecs === "generated";
  const structs = model.structs.filter((struct) => (layouts.distinct.get(struct) ?? []).length > 0);
  return `import { type Abi, Registry } from "${runtime(INDEX, "abi")}";
import { NotImplementedCodec } from "${runtime(INDEX, "codec")}";
${
  isGenerated
    ? ""
    : `import type { StructDescriptor } from "${runtime(INDEX, "descriptor")}";
`
}import { UnknownNameError } from "${runtime(INDEX, "errors")}";
${
  isGenerated
    ? ""
    : `import { layoutCodecs } from "${runtime(INDEX, "layout-codec")}";
`
}import { Target } from "${runtime(INDEX, "target")}";
${
  hasRecords(model)
    ? `import type { AbiName, AbiOf } from "./${RECORD_TYPES}.js";
`
    : ""
}import { tables } from "./tables.js";
${structs
  .map(
    (struct) =>
      `import { descriptor as ${alias(struct)} } from "${specifier(INDEX, descriptorModule(struct))}";
${isGenerated ? codecImport(struct, layouts) : ""}`,
  )
  .join("")}
export * from "${runtime(INDEX, "index")}";
${
  hasRecords(model)
    ? `export type { AbiName, AbiOf, AbiRecords, RecordName, RecordType } from "./${RECORD_TYPES}.js";
`
    : ""
}
${
  isGenerated
    ? ""
    : `const codecs = (key: string, count: number, descriptor: () => StructDescriptor) =>
  layoutCodecs(key, count, descriptor, (target) => registry.abi(target.version, target.arch));

`
}/** Every struct, table, version and architecture of the ABI. */
export const registry${isGenerated ? "" : ": Registry"} = /* @__PURE__ */ new Registry(
  tables,
  [
${structs.map((struct) => `    { ${entryText(struct, layouts, isGenerated)} },\n`).join("")}  ],
  (version, arch) => {
    const make = targets[\`\${version}/\${arch}\`];
    if (!make) throw new UnknownNameError("ABI", \`\${version}/\${arch}\`, Object.keys(targets));
    return make();
  },
  NotImplementedCodec,
);

/** Ids of all versions, oldest first. */
export const versions: readonly string[] = /* @__PURE__ */ tables.versions.map((version) => version.id);

${abiText(model)}
const targets: Readonly<Record<string, () => Target>> = {
${model.abis.map((abi) => `  "${abi.name}": () => new Target(${targetArguments(model, abi)}),\n`).join("")}};
`;
}

function hasRecords({ records }: Model): boolean {
  return records.length > 0;
}

/** The function `abi`; with records, its overloads have their types. */
function abiText(model: Model): string {
  const doc = (example: string) => `/**
 * One version of the ABI on one architecture, by names that may be known at run time only.
 *
 * @example ${example}
 * @throws {UnknownNameError} when there is no such version or architecture, or the version does not have the architecture
 */
`;
  const example = 'abi("v21", "s390x").struct("ckpt_hdr_vma").decode(view, offset)';
  if (!hasRecords(model))
    return `${doc(example)}export function abi(version: string, arch: string): Abi {
  return registry.abi(version, arch);
}
`;
  return `${doc('abi("v21/s390x").record("VMA").decode(view, offset).vm_start')}export function abi<const N extends AbiName | (string & {})>(name: N): AbiOf<N>;
${doc(example)}export function abi<const V extends string, const A extends string>(version: V, arch: A): AbiOf<\`\${V}/\${A}\`>;
export function abi(name: string, arch?: string): Abi {
  return arch === undefined ? registry.named(name) : registry.abi(name, arch);
}
`;
}

function codecImport(struct: Struct, layouts: Layouts): string {
  const codecs = (layouts.distinct.get(struct) ?? []).map((layout) => {
    const [name, local] = [codecName(layout), localName(struct, layout)];
    return name === local ? name : `${name} as ${local}`;
  });
  return `import { ${codecs.join(", ")} } from "${specifier(INDEX, structModule(struct))}";\n`;
}

/** Name of a codec class in the index: families have structs of equal names. */
function localName({ family }: Struct, layout: DistinctLayout): string {
  return codecName(layout) + (family ? `_on_${family}` : "");
}

function entryText(struct: Struct, layouts: Layouts, isGenerated: boolean): string {
  const distinct = layouts.distinct.get(struct) ?? [];
  const codecs = isGenerated
    ? `[${distinct.map((layout) => localName(struct, layout)).join(", ")}]`
    : `codecs("${struct.key}", ${distinct.length}, () => ${alias(struct)})`;
  return [
    `key: "${struct.key}"`,
    ...(struct.variant ? [`variant: "${struct.variant}"`] : []),
    ...(otherNames(struct).length > 0 ? ["renamed: true"] : []),
    `descriptor: ${alias(struct)}`,
    `codecs: ${codecs}`,
  ].join(", ");
}

function alias(struct: Struct): string {
  return ["descriptor", struct.family, struct.key].filter(Boolean).join("_");
}
