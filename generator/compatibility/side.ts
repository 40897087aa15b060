/**
 * First step of the comparison: the texts of one revision to its model and layouts.
 *
 * In: texts and the JSON Schema of the same revision, so that an older notation is judged by its own rules; of the units only the image has
 * versions to keep. Out: the side, or the problems that keep it from being compared. Lints are not asked: what was released is compared as it is.
 */
import { findCycles } from "../check/cycles.js";
import { type AbiLayouts, layOut } from "../layout.js";
import { load, type SchemaText } from "../load/index.js";
import type { Model } from "../model.js";
import { type Problem, sortProblems } from "../problem.js";
import { resolve } from "../resolve/index.js";
import { IMAGE, unitOf } from "../units.js";

export interface Side {
  readonly model: Model;
  /** By `version/arch`, in the order of the model. */
  readonly views: ReadonlyMap<string, View>;
}

/** One version on one architecture of one side. */
export interface View extends AbiLayouts {
  readonly model: Model;
}

/** Throws a SyntaxError when the JSON Schema itself is none. */
export function readSide(
  texts: readonly SchemaText[],
  jsonSchema: object,
): { readonly side: Side } | { readonly problems: readonly Problem[] } {
  const image = texts.filter(({ file }) => unitOf(file) === IMAGE);
  const loaded = load(image, jsonSchema);
  if (loaded.problems.length > 0) return { problems: sortProblems(loaded.problems) };
  const { model, structs, problems } = resolve(loaded.documents);
  const layouts = layOut(model, structs);
  const all = [...problems, ...findCycles(model, layouts)];
  if (all.length > 0) return { problems: sortProblems(all) };
  return { side: { model, views: new Map(layouts.abis.map((abi) => [abi.abi.name, { model, ...abi }])) } };
}
