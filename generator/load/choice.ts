/**
 * Turns the alternatives of the JSON Schema into decisions.
 *
 * A value that matches none of several alternatives (`anyOf`, `oneOf`) yields an error for each of them. Here each set becomes a chain of if, then
 * and else: the form of the value (text or mapping, and its distinguishing keys) determines which alternative its author meant, and only that one
 * reports errors.
 */

/** Keyword for a value that matches no alternative; it lists the keys or forms that would. */
export const NO_CHOICE = "noChoice";
export type NoChoice = { readonly keys: readonly string[] } | { readonly forms: readonly string[] };

/** Keyword for keys that belong to other alternatives. */
export const EXCLUDES = "excludes";

type Schema = Readonly<Record<string, unknown>>;

export function decideChoices(root: object): object {
  const definitions = (root as Schema).$defs as Readonly<Record<string, Schema>> | undefined;

  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== "object" || value === null) return value;
    const { anyOf, oneOf, ...rest } = Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, convert(part)]),
    );
    const alternatives = (anyOf ?? oneOf) as Schema[] | undefined;
    if (!alternatives) return rest;
    // Sibling keywords and the chain must both hold.
    return { ...rest, ...chain(alternatives.map(dereference)) };
  };

  const dereference = (schema: Schema): Schema => {
    const name = typeof schema.$ref === "string" ? schema.$ref.replace("#/$defs/", "") : undefined;
    if (name === undefined) return schema;
    const { $ref: _, ...siblings } = schema;
    return { ...(convert(definitions?.[name] ?? {}) as Schema), ...siblings };
  };

  return convert(root) as object;
}

function chain(alternatives: readonly Schema[]): Schema {
  const tellingKeys = alternatives.flatMap((schema) => (schema.required as string[] | undefined) ?? []);
  const properties = Object.assign({}, ...alternatives.map((schema) => schema.properties ?? {})) as Schema;
  const otherwise: Schema = {
    [NO_CHOICE]: tellingKeys.length > 0 ? { keys: tellingKeys } : { forms: [...new Set(alternatives.map(formOf))] },
    ...(Object.keys(properties).length > 0 && { properties: anything(properties), additionalProperties: false }),
  };
  return alternatives.reduceRight<Schema>((others, schema) => {
    const own = (schema.required as string[] | undefined) ?? [];
    const foreign = tellingKeys.filter((key) => !own.includes(key));
    const meant = foreign.length > 0 ? { ...schema, [EXCLUDES]: foreign } : schema;
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    return { if: signOf(schema), then: meant, else: others };
  }, otherwise);
}

function anything(properties: Schema): Schema {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, true]));
}

/** A schema that distinguishes an alternative from the others, whatever other errors the value has. */
function signOf(schema: Schema): Schema {
  const { type, required, propertyNames } = schema;
  const names = propertyNames as Schema | undefined;
  return {
    ...(type !== undefined && { type }),
    ...(required !== undefined && { required }),
    ...("const" in schema && { const: schema.const }),
    // One valid key is enough: the others are mistakes.
    ...(names && { not: { propertyNames: { not: names } } }),
  };
}

function formOf(schema: Schema): string {
  if ("const" in schema) return `\`${String(schema.const)}\``;
  return form(schema.type);
}

/** A JSON Schema type in words. */
export function form(type: unknown): string {
  if (Array.isArray(type)) return type.map(form).join(" or ");
  switch (type) {
    case "string":
      return "a text";
    case "integer":
      return "an integer";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    default:
      return "a mapping";
  }
}
