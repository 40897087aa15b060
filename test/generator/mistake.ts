/** Makes mistakes in a schema, and returns the generator's messages. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Generated, generate } from "../../generator/generate.js";
import type { SchemaText } from "../../generator/load/index.js";
import type { Manifest } from "../../generator/manifest.js";
import { formatProblem } from "../../generator/problem.js";
import { SMALL_SCHEMA } from "./small-schema.js";

/** A file below `schema/`, a text in it, and its replacement. */
export type Edit = readonly [file: string, from: string, to: string];

/** One edit of the small schema, with the complete expected output, line by line. */
export interface Mistake {
  readonly name: string;
  readonly edit: Edit;
  readonly told: readonly string[];
}

const SCHEMA = fileURLToPath(new URL("../../schema/", import.meta.url));

export const JSON_SCHEMA = JSON.parse(readFileSync(`${SCHEMA}schema.json`, "utf8")) as object;

/** The project's own schema. */
export function realSchema(): SchemaText[] {
  return readdirSync(SCHEMA, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .sort()
    .map((path) => ({ file: `schema/${path}`, text: readFileSync(SCHEMA + path, "utf8") }));
}

/** The schema after edits. Throws when a text does not occur: a test of a mistake that was not made would prove nothing. */
export function edited(texts: readonly SchemaText[], ...edits: readonly Edit[]): SchemaText[] {
  return edits.reduce<SchemaText[]>(
    (current, [name, from, to]) => {
      const file = `schema/${name}`;
      if (!current.some((text) => text.file === file && text.text.includes(from)))
        throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
      return current.map((text) => (text.file === file ? { file, text: text.text.replace(from, () => to) } : text));
    },
    [...texts],
  );
}

export function compile(texts: readonly SchemaText[], released?: Manifest): Generated {
  return generate(texts, JSON_SCHEMA, () => {}, released);
}

/** The printed problems of a schema, line by line. */
export function told(texts: readonly SchemaText[]): string[] {
  return compile(texts).problems.flatMap((problem) => formatProblem(problem).split("\n"));
}

export function toldOf({ edit }: Mistake): string[] {
  return told(edited(SMALL_SCHEMA, edit));
}
