/**
 * The first three steps, for code that compares a schema with something else.
 *
 * In: texts, and the JSON Schema of the same revision, so that an older notation is checked by its own rules. Out: model and layouts of the image
 * unit, the only one with released versions, or the problems that prevent them. Lints are not run: released layouts are compared as they are.
 */
import { findCycles } from "./check/cycles.js";
import { type Layouts, layOut } from "./layout.js";
import { load, type SchemaText } from "./load/index.js";
import type { Abi, Model } from "./model.js";
import { type Problem, sortProblems } from "./problem.js";
import { resolve } from "./resolve/index.js";
import type { StructTable } from "./resolve/structs.js";
import { IMAGE, unitOf } from "./units.js";

export interface ReadModel {
  readonly model: Model;
  readonly structs: StructTable;
  readonly layouts: Layouts;
}

/**
 * Reads the schema.
 *
 * @param wanted selects the ABIs whose layouts are computed; all by default
 * @throws {SyntaxError} when the JSON Schema itself is not valid JSON
 */
export function readModel(
  texts: readonly SchemaText[],
  jsonSchema: object,
  wanted: (model: Model) => readonly Abi[] = ({ abis }) => abis,
): ReadModel | { readonly problems: readonly Problem[] } {
  const image = texts.filter(({ file }) => unitOf(file) === IMAGE);
  const loaded = load(image, jsonSchema);
  if (loaded.problems.length > 0) return { problems: sortProblems(loaded.problems) };
  const { model, structs, problems } = resolve(loaded.documents);
  const layouts = layOut({ ...model, abis: wanted(model) }, structs);
  const all = [...problems, ...layouts.problems, ...findCycles(model, layouts)];
  return all.length > 0 ? { problems: sortProblems(all) } : { model, structs, layouts };
}
