/**
 * Counts and conditions as text, with the C name of every field in one version. Expressions use the schema's keys, which are the newest C names, so
 * renaming a field in a new version alters the expressions of old versions in YAML but not in meaning.
 */
import type { Expression } from "../../runtime/expression.js";
import { type Abi, bindingName, type Field, type RecordType, type Struct } from "../model.js";
import type { View } from "./view.js";

/** Maps the fields that an expression mentions to their C names. */
export interface Naming {
  /**
   * The C name of a field path.
   *
   * @param record record type; null for fields of the struct that the expression belongs to
   */
  path(record: string | null, path: string): string;
}

export function namingOf(view: View, own?: Struct): Naming {
  return {
    path(record, path) {
      const type = record === null ? undefined : view.model.records.find(({ name }) => name === record);
      const structs = record === null ? (own ? [own] : []) : type ? structsOf(view, type) : [];
      const steps = path.split(".");
      // A path that begins with a label of the grammar is kept.
      const named = structs.map(({ fields }) => nameSteps(view, fields, steps)).find((names) => names !== undefined);
      return (named ?? steps).join(".");
    },
  };
}

/** The structs that a record may consist of in a view. */
export function structsOf(view: View, { struct, variants }: RecordType): Struct[] {
  return [struct, ...Object.values(variants?.structs ?? {}), variants?.else].flatMap((key) => {
    const found = key === undefined ? undefined : structNamed(view, key);
    return found ? [found] : [];
  });
}

/** The struct of a schema key in a view; a family's own struct takes precedence over the generic one. */
export function structNamed(view: View, key: string): Struct | undefined {
  const known = tables.get(view) ?? tableOf(view);
  tables.set(view, known);
  return known.get(key);
}

/** Cached, because expressions refer to the same few structs repeatedly. */
const tables = new WeakMap<View, ReadonlyMap<string, Struct>>();

function tableOf({ structs }: View): ReadonlyMap<string, Struct> {
  // A view contains generic structs and those of its family. The family's come last, so that they overwrite generic ones.
  const sorted = [...structs.keys()].sort((a, b) => Number(a.family !== undefined) - Number(b.family !== undefined));
  return new Map(sorted.map((struct) => [struct.key, struct]));
}

/** C name of the struct of a schema key. Other names, such as those of integer widths, are returned unchanged. */
export function structName(view: View, key: string): string {
  const struct = structNamed(view, key);
  return struct ? bindingName(struct, view.abi) : key;
}

function nameSteps(view: View, fields: readonly Field[], [first, ...rest]: readonly string[]): string[] | undefined {
  for (const field of fields) {
    if (field.anonymous && field.nested) {
      const lifted = nameSteps(view, field.nested.fields, [first as string, ...rest]);
      if (lifted) return lifted;
    }
    if (field.key !== first) continue;
    const name = field.names.at(view.abi) ?? field.key;
    if (rest.length === 0) return [name];
    const inner = nameSteps(view, innerFields(view, view.abi, field), rest);
    return inner && [name, ...inner];
  }
  return undefined;
}

function innerFields(view: View, abi: Abi, field: Field): readonly Field[] {
  const type = field.type?.at(abi);
  return field.nested?.fields ?? (type && structNamed(view, type.base)?.fields) ?? [];
}

export function schemaExpression(expression: Expression, naming: Naming): string {
  if (typeof expression === "number") return String(expression);
  const inner = (part: Expression) => {
    const text = schemaExpression(part, naming);
    return typeof part !== "number" && part.length === 3 && !["field", "call"].includes(part[0]) ? `(${text})` : text;
  };
  switch (expression[0]) {
    case "constant":
    case "variable":
      return expression[1];
    case "field": {
      const [, record, path] = expression;
      return (record === null ? "" : `${record}.`) + naming.path(record, path);
    }
    case "call":
      return `${expression[1]}(${schemaExpression(expression[2], naming)})`;
    case "not":
      return `!${inner(expression[1])}`;
    case "negate":
      return `-${inner(expression[1])}`;
    default:
      return `${inner(expression[1])} ${expression[0]} ${inner(expression[2])}`;
  }
}
