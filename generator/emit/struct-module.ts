/** One module per struct: its interface, the exact type of each layout, codec classes and view classes. */
import type { DistinctLayout } from "../layout.js";
import { nestedStructs } from "../members.js";
import type { Abi, Field, Struct } from "../model.js";
import { Imports } from "./access.js";
import { type ConstantFinder, codecClass } from "./codec.js";
import { ENUMERATIONS, enumerationTypesIn } from "./enumerations.js";
import { interfaceName, layoutTypeName, type RuntimeSpecifier, specifier, structModule, viewName } from "./names.js";
import { docLines, docText } from "./text.js";
import { cDeclaration, fieldDoc, type LayoutFinder, objectMembers, tsType } from "./types.js";
import { viewClasses } from "./view.js";

/** Settings that all struct modules of a unit share. */
export interface StructContext {
  readonly find: LayoutFinder;
  readonly constant: ConstantFinder;
  readonly runtime: RuntimeSpecifier;
}

/**
 * Text of the module of a struct.
 *
 * @param page address of the struct in the reference; empty if it has none
 */
export function structText(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  { find, constant, runtime }: StructContext,
  page: string,
): string {
  const imports = new Imports();
  const classes = layouts.flatMap((layout) => [
    codecClass(layout, find, constant, imports),
    viewClasses(layout, find, imports),
  ]);
  const interfaces = [
    generalInterface(struct, layouts, find, page),
    ...layouts.map((layout) => exactInterface(layout, layouts, find)),
  ];
  const types = interfaces.flatMap(({ properties }) => properties.map(({ type }) => type));
  const used = new Set(`${types.join(" ")} ${classes.join("")}`.match(/\w+/g));
  const constants = runtimeConstants(imports);
  return `${runtimeImports(struct, imports, runtime)}${structImports(struct, layouts, find, used)}${enumerationImports(struct, layouts, used)}
${constants}${constants && "\n"}${[...interfaces.map(interfaceText), ...classes].join("\n")}`;
}

interface Interface {
  readonly name: string;
  readonly base?: string;
  /** Lines of the documentation. */
  readonly doc: readonly string[];
  readonly properties: readonly Property[];
}

interface Property {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc?: string;
}

function interfaceText({ name, base, doc, properties }: Interface): string {
  const lines = properties.map(
    ({ name, type, optional, doc }) =>
      `${doc === undefined ? "" : docLines([doc], "  ")}  ${name}${optional ? "?" : ""}: ${type};\n`,
  );
  return `${docLines(doc)}export interface ${name}${base === undefined ? "" : ` extends ${base}`} {\n${lines.join("")}}\n`;
}

function importText(names: readonly string[], from: string): string {
  if (names.length === 0) return "";
  // An import of types alone would load the module all the same if its names said so one by one.
  const isErased = names.every((name) => name.startsWith("type "));
  const list = names.map((name) => (isErased ? name.slice("type ".length) : name)).join(", ");
  return `import ${isErased ? "type " : ""}{ ${list} } from "${from}";\n`;
}

/** Modules of the small functions that are called for each field. */
const PER_FIELD = ["integers", "wide"];

/**
 * Functions that are called for each field become constants of the module: V8 loads an import again before each call, which would cost a few
 * percent of an encode.
 */
function runtimeImports(struct: Struct, imports: Imports, runtime: RuntimeSpecifier): string {
  const from = (module: string) => runtime(structModule(struct), module);
  return imports
    .entries()
    .map(([module, names]) =>
      PER_FIELD.includes(module) ? `import * as ${module} from "${from(module)}";\n` : importText(names, from(module)),
    )
    .join("");
}

function runtimeConstants(imports: Imports): string {
  return imports
    .entries()
    .flatMap(([module, names]) =>
      // One by one: bundlers keep a destructuring even if nothing uses its names.
      PER_FIELD.includes(module) ? names.map((name) => `const ${name} = ${module}.${name};\n`) : [],
    )
    .join("");
}

/** Imports of the types and views of nested structs that the code uses. */
function structImports(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
  used: ReadonlySet<string>,
): string {
  const inner = new Map<Struct, Set<DistinctLayout>>();
  for (const { struct: other, layout } of layouts.flatMap(({ layout }) => nestedStructs(layout)))
    inner.set(other, (inner.get(other) ?? new Set()).add(find(other, layout)));
  return [...inner]
    .map(([other, nested]) => {
      const types = [interfaceName(other), ...[...nested].map(layoutTypeName)].filter((name) => used.has(name));
      const views = [...nested].map(viewName).filter((name) => used.has(name));
      const from = specifier(structModule(struct), structModule(other));
      return importText([...types.map((name) => `type ${name}`), ...views], from);
    })
    .join("");
}

/** Import of the types of the enumerations that the code uses. */
function enumerationImports(struct: Struct, layouts: readonly DistinctLayout[], used: ReadonlySet<string>): string {
  const names = layouts
    .flatMap(({ layout, abis }) => enumerationTypesIn(layout, abis))
    .filter((name) => used.has(name));
  const types = [...new Set(names)].map((name) => `type ${name}`);
  return importText(types, specifier(structModule(struct), ENUMERATIONS));
}

/** A property of the struct's interface, merged over all layouts. */
interface MergedProperty {
  readonly types: Set<string>;
  readonly declarations: Set<string>;
  readonly field: Field;
  readonly summary: string;
  /** ABIs that have the property. */
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
      property.types.add(tsType(member, find, { exact: false, abis }));
      property.declarations.add(cDeclaration(member));
      property.abis.push(...abis);
      property.count++;
      property.optional ||= inUnion;
    }
  return properties;
}

/**
 * Documentation of a property.
 *
 * @param declaration C declaration
 */
function docOf(declaration: string, { field, summary, optional }: MergedProperty, abis: readonly Abi[]): string {
  const shared = optional ? " Shares its bytes with other members; one suffices." : "";
  return `\`${declaration}\`: ${fieldDoc(field, abis, summary)}${shared}`;
}

function generalInterface(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  find: LayoutFinder,
  page: string,
): Interface {
  const properties = [...merge(layouts, find)].map(
    ([name, property]): Property => ({
      name,
      type: [...property.types].join(" | "),
      optional: property.optional || property.count < layouts.length,
      doc: docOf([...property.declarations].join("` or `"), property, property.abis),
    }),
  );
  const doc = [
    docText(struct.summary),
    "",
    docText(struct.purpose),
    ...(struct.confidence ? ["", `Confidence: ${struct.confidence}.`] : []),
    ...(struct.source.length > 0 ? ["", `Source: ${struct.source.map(docText).join("; ")}.`] : []),
    ...(page ? ["", `Reference: ${page}`] : []),
  ];
  return { name: interfaceName(struct), doc, properties };
}

/** The exact type of a layout: properties that only other layouts have are `never`. */
function exactInterface(distinct: DistinctLayout, layouts: readonly DistinctLayout[], find: LayoutFinder): Interface {
  const all = merge(layouts, find);
  const members = new Map(objectMembers(distinct.layout).map((entry) => [entry.name, entry]));
  const properties: Property[] = [];
  for (const [name, property] of all) {
    const entry = members.get(name);
    if (!entry) {
      properties.push({ name, type: "never", optional: true });
      continue;
    }
    const type = tsType(entry.member, find, { exact: true, abis: distinct.abis });
    const general = [...property.types].join(" | ");
    const optional = property.optional || property.count < layouts.length;
    // A layout that covers only a part of the history gets its own documentation.
    const own = docOf(cDeclaration(entry.member), property, distinct.abis);
    const isOther = own !== docOf(cDeclaration(entry.member), property, property.abis);
    if (type !== general || (optional && !entry.inUnion) || isOther)
      properties.push({ name, type, optional: entry.inUnion, ...(isOther && { doc: own }) });
  }
  const abis = distinct.abis.map((abi) => abi.name);
  const base = interfaceName(distinct.struct);
  const others = abis.length > 1 ? `, ${abis.length} versions and architectures in all` : "";
  return { name: layoutTypeName(distinct), base, doc: [`{@link ${base}} from ${abis[0]} on${others}.`], properties };
}
