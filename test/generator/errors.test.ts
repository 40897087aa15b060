/** Exact messages of the generator about mistakes. Each table has the mistakes that one step finds. */
import { describe, expect, it } from "vitest";
import { compile, toldOf } from "./mistake.js";
import { OF_FORM } from "./mistakes/form.js";
import { OF_GRAMMAR } from "./mistakes/grammar.js";
import { OF_LAYOUT } from "./mistakes/layout.js";
import { OF_NAMES } from "./mistakes/names.js";
import { OF_YAML } from "./mistakes/yaml.js";
import { SMALL_SCHEMA } from "./small-schema.js";

it("finds nothing in the small schema as it is", () => {
  expect(compile(SMALL_SCHEMA).problems).toEqual([]);
});

describe.each([
  ["YAML", OF_YAML],
  ["form", OF_FORM],
  ["names", OF_NAMES],
  ["the grammar", OF_GRAMMAR],
  ["layout", OF_LAYOUT],
])("mistakes of %s", (_, mistakes) => {
  it.each(mistakes)("tells of $name", (mistake) => {
    expect(toldOf(mistake)).toEqual(mistake.told);
  });

  it("tells of each mistake once", () => {
    const headlines = mistakes.map(({ told }) => told.filter((line) => line.startsWith("schema/")).length);
    expect(headlines).toEqual(mistakes.map(() => 1));
  });
});

it("never speaks of the JSON Schema", () => {
  const all = [OF_YAML, OF_FORM, OF_NAMES, OF_GRAMMAR, OF_LAYOUT].flat().flatMap(({ told }) => told);
  expect(all.filter((line) => /\bmust\b|oneOf|anyOf|schema is invalid|undefined|\[object/.test(line))).toEqual([]);
});
