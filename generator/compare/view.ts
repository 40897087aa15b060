/** One side of a comparison: the model of one revision, as a view per version and architecture. */
import type { AbiLayouts } from "../layout.js";
import type { SchemaText } from "../load/index.js";
import type { Model } from "../model.js";
import type { Problem } from "../problem.js";
import { readModel } from "../read-model.js";

export interface Side {
  readonly model: Model;
  /** Views by `version/arch`, in the order of the model. */
  readonly views: ReadonlyMap<string, View>;
}

/** One version on one architecture of one side. */
export interface View extends AbiLayouts {
  readonly model: Model;
}

/**
 * Reads the schema of one revision.
 *
 * @throws {SyntaxError} when the JSON Schema itself is not valid JSON
 */
export function readSide(
  texts: readonly SchemaText[],
  jsonSchema: object,
): { readonly side: Side } | { readonly problems: readonly Problem[] } {
  const read = readModel(texts, jsonSchema);
  if ("problems" in read) return read;
  const { model, layouts } = read;
  return { side: { model, views: new Map(layouts.abis.map((abi) => [abi.abi.name, { model, ...abi }])) } };
}
