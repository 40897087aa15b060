/** The module for `import { abi } from "ckpt-abi"`: every struct, every table, every version and architecture. */
import type { Layouts } from "../layout.js";
import type { Model, Struct } from "../model.js";
import { targetArguments } from "./bindings.js";
import { otherNames } from "./descriptors.js";
import { codecName, descriptorModule, type RuntimeSpecifier, specifier, structModule } from "./names.js";

const INDEX = "index";

export function indexText(model: Model, layouts: Layouts, runtime: RuntimeSpecifier): string {
  const structs = model.structs.filter((struct) => (layouts.distinct.get(struct) ?? []).length > 0);
  return `import { type Abi, Registry } from "${runtime(INDEX, "abi")}";
import { NotImplementedCodec } from "${runtime(INDEX, "codec")}";
import { UnknownNameError } from "${runtime(INDEX, "errors")}";
import { Target } from "${runtime(INDEX, "target")}";
import { tables } from "./tables.js";
${structs
  .map(
    (struct) =>
      `import { descriptor as ${alias(struct)} } from "${specifier(INDEX, descriptorModule(struct))}";
import { ${(layouts.distinct.get(struct) ?? []).map((layout) => `${codecName(layout)}${struct.family ? ` as ${codecName(layout)}_on_${struct.family}` : ""}`).join(", ")} } from "${specifier(INDEX, structModule(struct))}";
`,
  )
  .join("")}
export * from "${runtime(INDEX, "index")}";

/** Every struct, table, version and architecture of the ABI. */
export const registry = /* @__PURE__ */ new Registry(
  tables,
  [
${structs.map((struct) => `    { ${entryText(struct, layouts)} },\n`).join("")}  ],
  (version, arch) => {
    const make = targets[\`\${version}/\${arch}\`];
    if (!make) throw new UnknownNameError("ABI", \`\${version}/\${arch}\`, Object.keys(targets));
    return make();
  },
  NotImplementedCodec,
);

/** Ids of all versions, oldest first. */
export const versions: readonly string[] = /* @__PURE__ */ tables.versions.map((version) => version.id);

/**
 * One version of the ABI on one architecture, by names that are known at run time only.
 *
 * @example abi("v21", "s390x").struct("ckpt_hdr_vma").decode(view, offset)
 * @throws {UnknownNameError} when there is no such version or architecture, or the version does not have the architecture
 */
export function abi(version: string, arch: string): Abi {
  return registry.abi(version, arch);
}

const targets: Readonly<Record<string, () => Target>> = {
${model.abis.map((abi) => `  "${abi.name}": () => new Target(${targetArguments(model, abi)}),\n`).join("")}};
`;
}

function entryText(struct: Struct, layouts: Layouts): string {
  const codecs = (layouts.distinct.get(struct) ?? []).map(
    (layout) => `${codecName(layout)}${struct.family ? `_on_${struct.family}` : ""}`,
  );
  return [
    `key: "${struct.key}"`,
    ...(struct.variant ? [`variant: "${struct.variant}"`] : []),
    ...(otherNames(struct).length > 0 ? ["renamed: true"] : []),
    `descriptor: ${alias(struct)}`,
    `codecs: [${codecs.join(", ")}]`,
  ].join(", ");
}

function alias(struct: Struct): string {
  return ["descriptor", struct.family, struct.key].filter(Boolean).join("_");
}
