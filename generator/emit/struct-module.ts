/** One module per struct: its interface, the exact type of each layout, codec classes and view classes. */
import {
  type ImportDeclarationStructure,
  type InterfaceDeclarationStructure,
  type OptionalKind,
  type PropertySignatureStructure,
  type StatementStructures,
  StructureKind,
} from "ts-morph";
import type { DistinctLayout, Layout } from "../layout.js";
import type { Abi, Field, Struct } from "../model.js";
import { Imports } from "./access.js";
import { type ConstantFinder, codecClass } from "./codec.js";
import { interfaceName, layoutTypeName, type RuntimeSpecifier, specifier, structModule, viewName } from "./names.js";
import { docText } from "./text.js";
import { cDeclaration, fieldDoc, type LayoutFinder, objectMembers, tsType } from "./types.js";
import { viewClasses } from "./view.js";

export function structStatements(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
  constant: ConstantFinder,
  runtime: RuntimeSpecifier,
  page: string,
): (StatementStructures | string)[] {
  const imports = new Imports();
  const classes = layouts.flatMap((layout) => [
    codecClass(layout, find, constant, imports),
    viewClasses(layout, find, imports),
  ]);
  const interfaces = [
    generalInterface(struct, layouts, find, page),
    ...layouts.map((layout) => exactInterface(layout, layouts, find)),
  ];
  const types = interfaces.flatMap((item) => (item.properties ?? []).map((property) => property.type));
  const used = new Set(`${types.join(" ")} ${classes.join("")}`.match(/\w+/g));
  return [
    ...runtimeImports(struct, imports, runtime),
    ...structImports(struct, layouts, find, used),
    ...interfaces,
    ...classes,
  ];
}

function runtimeImports(struct: Struct, imports: Imports, runtime: RuntimeSpecifier): ImportDeclarationStructure[] {
  return imports.entries().map(([module, names]) => ({
    kind: StructureKind.ImportDeclaration,
    moduleSpecifier: runtime(structModule(struct), module),
    namedImports: names.map((name) =>
      name.startsWith("type ") ? { name: name.slice(5), isTypeOnly: true } : { name },
    ),
  }));
}

/** Types and views of the structs that this one contains, as far as the code uses them. */
function structImports(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
  used: ReadonlySet<string>,
): ImportDeclarationStructure[] {
  const inner = new Map<Struct, Set<DistinctLayout>>();
  const visit = (layout: Layout): void => {
    for (const { type } of layout.members) {
      if (type.kind === "reference")
        inner.set(type.struct, (inner.get(type.struct) ?? new Set()).add(find(type.struct, type.layout)));
      else if (type.kind !== "scalar") visit(type.layout);
    }
  };
  for (const { layout } of layouts) visit(layout);
  return [...inner].map(([other, nested]) => ({
    kind: StructureKind.ImportDeclaration,
    moduleSpecifier: specifier(structModule(struct), structModule(other)),
    namedImports: [
      ...[interfaceName(other), ...[...nested].map(layoutTypeName)].map((name) => ({ name, isTypeOnly: true })),
      ...[...nested].map((layout) => ({ name: viewName(layout) })),
    ].filter(({ name }) => used.has(name)),
  }));
}

/** What a name of the struct is over all layouts. */
interface MergedProperty {
  readonly types: Set<string>;
  readonly declarations: Set<string>;
  readonly field: Field;
  readonly summary: string;
  /** Versions and architectures that have it. */
  readonly abis: Abi[];
  count: number;
  optional: boolean;
}

function merge(layouts: readonly DistinctLayout[], find: LayoutFinder): Map<string, MergedProperty> {
  const properties = new Map<string, MergedProperty>();
  for (const { layout, abis } of layouts)
    for (const { name, member, inUnion } of objectMembers(layout)) {
      const property = properties.get(name) ?? {
        types: new Set<string>(),
        declarations: new Set<string>(),
        field: member.field,
        summary: member.type.kind === "reference" ? member.type.struct.summary : "",
        abis: [],
        count: 0,
        optional: false,
      };
      properties.set(name, property);
      property.types.add(tsType(member, find, false));
      property.declarations.add(cDeclaration(member));
      property.abis.push(...abis);
      property.count++;
      property.optional ||= inUnion;
    }
  return properties;
}

/** @param declaration C type */
function docOf(declaration: string, { field, summary, optional }: MergedProperty, abis: readonly Abi[]): string {
  const shared = optional ? " Shares its bytes with other members; one suffices." : "";
  return `\`${declaration}\`: ${fieldDoc(field, abis, summary)}${shared}`;
}

function generalInterface(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
  page: string,
): InterfaceDeclarationStructure {
  const properties = [...merge(layouts, find)].map(
    ([name, property]): OptionalKind<PropertySignatureStructure> => ({
      name,
      type: [...property.types].join(" | "),
      hasQuestionToken: property.optional || property.count < layouts.length,
      docs: [docOf([...property.declarations].join("` or `"), property, property.abis)],
    }),
  );
  return {
    kind: StructureKind.Interface,
    name: interfaceName(struct),
    isExported: true,
    docs: [
      [
        docText(struct.summary),
        "",
        docText(struct.purpose),
        ...(struct.confidence ? ["", `Confidence: ${struct.confidence}.`] : []),
        ...(struct.source.length > 0 ? ["", `Source: ${struct.source.map(docText).join("; ")}.`] : []),
        ...(page ? ["", `Reference: ${page}`] : []),
      ].join("\n"),
    ],
    properties,
  };
}

/** The exact type of a layout: what other layouts have and it has not is `never`. */
function exactInterface(
  distinct: DistinctLayout,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
): InterfaceDeclarationStructure {
  const all = merge(layouts, find);
  const members = new Map(objectMembers(distinct.layout).map((entry) => [entry.name, entry]));
  const properties: OptionalKind<PropertySignatureStructure>[] = [];
  for (const [name, property] of all) {
    const entry = members.get(name);
    if (!entry) {
      properties.push({ name, type: "never", hasQuestionToken: true });
      continue;
    }
    const type = tsType(entry.member, find, true);
    const general = [...property.types].join(" | ");
    const optional = property.optional || property.count < layouts.length;
    // The documentation over all versions is told again where this layout has only a part of its history.
    const own = docOf(cDeclaration(entry.member), property, distinct.abis);
    const isOther = own !== docOf(cDeclaration(entry.member), property, property.abis);
    if (type !== general || (optional && !entry.inUnion) || isOther)
      properties.push({ name, type, hasQuestionToken: entry.inUnion, ...(isOther && { docs: [own] }) });
  }
  const abis = distinct.abis.map((abi) => abi.name);
  return {
    kind: StructureKind.Interface,
    name: layoutTypeName(distinct),
    isExported: true,
    extends: [interfaceName(distinct.struct)],
    docs: [
      `{@link ${interfaceName(distinct.struct)}} from ${abis[0]} on${abis.length > 1 ? `, ${abis.length} versions and architectures in all` : ""}.`,
    ],
    properties,
  };
}
