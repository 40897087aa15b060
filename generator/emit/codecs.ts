/**
 * Step 5: the folder `codecs` of a unit: a module and a descriptor per struct, the tables, a module per version and architecture, and the
 * index.
 *
 * In: model and layouts. Out: texts by path from the project's root.
 */
import type { DistinctLayout, Layout, Layouts } from "../layout.js";
import type { Model, Struct } from "../model.js";
import type { Unit } from "../units.js";
import { bindingModule, bindingText, constantsModule, constantsText } from "./bindings.js";
import { describeStruct } from "./descriptors.js";
import { ENUMERATIONS, enumerationTypesText, enumerationWidths } from "./enumerations.js";
import { descriptorModule, type RuntimeSpecifier, specifier, structModule } from "./names.js";
import { RECORD_TYPES, recordTypesText } from "./record-types.js";
import { structPage } from "./reference/addresses.js";
import { indexText } from "./registry.js";
import { structText } from "./struct-module.js";
import { syscallTables } from "./syscalls.js";
import { tables } from "./tables.js";
import { banner, literal, schemaFileOf } from "./text.js";

export function emitCodecs(model: Model, layouts: Layouts, unit: Unit): Map<string, string> {
  const directory = `${unit.output}/codecs`;
  const runtime: RuntimeSpecifier = (module, name) => specifier(`${directory}/${module}`, `runtime/${name}`);
  const pageOf = (struct: Struct) => (unit.emits.includes("reference") ? `${structPage(struct)}.html` : "");
  const files = new Map<string, string>();
  const add = (module: string, sources: readonly string[], text: string) => {
    files.set(`${directory}/${module}.ts`, `${banner(sources)}\n${text}`);
  };

  const byLayout = new Map<Struct, readonly DistinctLayout[]>(layouts.distinct);
  const find = (struct: Struct, layout: Layout): DistinctLayout => {
    const candidates = byLayout.get(struct) ?? [];
    const found = candidates.find((candidate) => sameLayout(candidate.layout, layout));
    if (!found) throw new Error(`${struct.key} has no layout of ${layout.size} bytes`);
    return found;
  };
  const constant = (name: string, abi: Model["abis"][number]) => {
    const value = model.constants.find((candidate) => candidate.name === name)?.value.at(abi);
    return value === undefined ? undefined : Number(value);
  };

  const widths = enumerationWidths(layouts);
  for (const struct of model.structs) {
    const own = layouts.distinct.get(struct) ?? [];
    if (own.length === 0) continue;
    const source = schemaFileOf(struct.origin);
    add(structModule(struct), [source], structText(struct, own, { find, constant, runtime }, pageOf(struct)));
    add(
      descriptorModule(struct),
      [source],
      `import type { StructDescriptor } from "${runtime(descriptorModule(struct), "descriptor")}";

export const descriptor: StructDescriptor = ${literal(describeStruct(struct, own, model.versions, pageOf(struct)))};
`,
    );
  }

  for (const version of model.versions)
    add(constantsModule(version), [unit.schema], constantsText(model, widths, version));
  for (const abi of layouts.abis) add(bindingModule(abi.abi), [unit.schema], bindingText(model, widths, abi, runtime));

  add(
    "tables",
    tableSources(model).map((name) => `${unit.schema}/${name}`),
    `import type { Tables } from "${runtime("tables", "tables")}";

/** Versions, architectures, numbers, records and the grammar. */
export const tables: Tables = ${literal(tables(model))};
`,
  );
  if (model.syscalls.length > 0)
    add(
      "syscalls",
      [...model.syscalls, ...model.errors].map(({ origin }) => schemaFileOf(origin)),
      `import type { SyscallTable } from "${runtime("syscalls", "tables")}";

const tables: Readonly<Record<string, SyscallTable>> = ${literal(syscallTables(model))};

/** System calls and errors of the kernel by architecture. */
export function syscalls(): typeof tables {
  return tables;
}
`,
    );
  add(ENUMERATIONS, [unit.schema], enumerationTypesText(model, widths));
  if (model.records.length > 0) add(RECORD_TYPES, [unit.schema], recordTypesText(model, layouts, runtime));
  add("index", [unit.schema], indexText(model, layouts, runtime, "generated"));
  if (!unit.foreign) add("browser", [unit.schema], indexText(model, layouts, runtime, "layouts"));
  return files;
}

/** Schema files and folders that the tables of a unit are made from. */
function tableSources({ records }: Model): string[] {
  const stream = records.length > 0 ? ["records.yaml", "grammar.yaml"] : [];
  return ["abi.yaml", "enums.yaml", ...stream, "arch"];
}

function sameLayout(a: Layout, b: Layout): boolean {
  return (
    a === b ||
    (a.size === b.size &&
      a.align === b.align &&
      a.members.length === b.members.length &&
      a.members.every((member, index) => {
        const other = b.members[index];
        if (!other || member.name !== other.name || member.offset !== other.offset || member.size !== other.size)
          return false;
        if (member.type.kind === "scalar" || other.type.kind === "scalar")
          return (
            member.type.kind === "scalar" && other.type.kind === "scalar" && member.type.scalar === other.type.scalar
          );
        return member.type.kind === other.type.kind && sameLayout(member.type.layout, other.type.layout);
      }))
  );
}
