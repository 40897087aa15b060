/** `schema/schema.json` as editors use it: complete descriptions, no unknown keys, and every file refers to it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

const directory = fileURLToPath(new URL("../../schema/", import.meta.url));
const jsonSchema = JSON.parse(readFileSync(join(directory, "schema.json"), "utf8")) as Node;

interface Node {
  description?: string;
  $ref?: string;
  properties?: Record<string, Node>;
  additionalProperties?: boolean | Node;
  $defs?: Record<string, Node>;
  [keyword: string]: unknown;
}

const generated = fileURLToPath(new URL("../../generated/json-schema/", import.meta.url));
const ALL = [join(directory, "schema.json"), ...readdirSync(generated).map((name) => join(generated, name))];

describe("JSON Schemas", () => {
  const all = ALL.map((path) => [
    path.slice(path.lastIndexOf("/") + 1),
    JSON.parse(readFileSync(path, "utf8")) as Node,
  ]);

  it.each(all as [string, Node][])("%s has an absolute IRI as its id, by which others can refer to it", (_, schema) => {
    const id = String(schema.$id);
    // A scheme, and neither a fragment nor a path that depends on the place of the file.
    expect(id).toMatch(/^urn:[a-z0-9][a-z0-9-]{0,31}:[^#\s]+$/);
    expect(new URL(id).href).toBe(id);
    const nested = [...schemasOf(schema)].filter(([pointer, { $id }]) => pointer !== "" && $id !== undefined);
    expect(nested.map(([pointer]) => pointer)).toEqual([]);
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(schema);
    expect(ajv.getSchema(id)?.({})).toBe(!id.includes(":text:"));
    // References within the schema also resolve from outside.
    const [definition] = Object.keys(schema.$defs ?? {});
    expect(ajv.getSchema(`${id}#/$defs/${definition}`)).toBeTypeOf("function");
  });

  it("have ids of their own", () => {
    expect(new Set(all.map(([, schema]) => (schema as Node).$id)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThan(20);
  });
});

/** Every schema inside a schema, with its JSON pointer. */
function* schemasOf(node: Node, pointer = ""): Generator<[string, Node]> {
  yield [pointer, node];
  for (const [key, value] of Object.entries(node)) {
    if (key === "enum" || key === "const" || key === "required") continue;
    for (const [inner, child] of Array.isArray(value) ? value.entries() : [[undefined, value] as const])
      if (typeof child === "object" && child !== null)
        yield* schemasOf(child as Node, `${pointer}/${key}${inner === undefined ? "" : `/${inner}`}`);
  }
}

function descriptionOf(node: Node): string | undefined {
  if (node.description !== undefined || node.$ref === undefined) return node.description;
  return descriptionOf(jsonSchema.$defs?.[node.$ref.replace("#/$defs/", "")] ?? {});
}

describe("schema.json", () => {
  it("describes every property", () => {
    const undescribed = [...schemasOf(jsonSchema)]
      .filter(([pointer]) => /\/properties\/[^/]+$/.test(pointer))
      .filter(([, node]) => (descriptionOf(node) ?? "").length < 5)
      .map(([pointer]) => pointer);
    expect(undescribed).toEqual([]);
  });

  it("accepts no unknown key in any object", () => {
    const open = [...schemasOf(jsonSchema)]
      .filter(([, node]) => node.properties !== undefined && node.type === "object")
      .filter(([, node]) => node.additionalProperties !== false)
      .map(([pointer]) => pointer);
    expect(open).toEqual([]);
  });

  const files = readdirSync(directory, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".yaml"));

  it.each(files)("is named by the modeline of %s", (path) => {
    const [first] = readFileSync(join(directory, path), "utf8").split("\n");
    const modeline = /^# yaml-language-server: \$schema=(\S+)$/.exec(first ?? "");
    expect(modeline).not.toBeNull();
    const target = join(dirname(join(directory, path)), modeline?.[1] ?? "");
    expect(target).toBe(join(directory, "schema.json"));
    expect(existsSync(target)).toBe(true);
  });
});
