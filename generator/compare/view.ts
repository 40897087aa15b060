/** One side of the comparison: the model of one revision, seen in each version on each architecture. */
import type { AbiLayouts } from "../layout.js";
import type { SchemaText } from "../load/index.js";
import type { Model } from "../model.js";
import type { Problem } from "../problem.js";
import { readModel } from "../read-model.js";

export interface Side {
  readonly model: Model;
  /** By `version/arch`, in the order of the model. */
  readonly views: ReadonlyMap<string, View>;
}

/** One version on one architecture of one side. */
export interface View extends AbiLayouts {
  readonly model: Model;
}

/** @throws {SyntaxError} when the JSON Schema itself is none */
export function readSide(
  texts: readonly SchemaText[],
  jsonSchema: object,
): { readonly side: Side } | { readonly problems: readonly Problem[] } {
  const read = readModel(texts, jsonSchema);
  if ("problems" in read) return read;
  const { model, layouts } = read;
  return { side: { model, views: new Map(layouts.abis.map((abi) => [abi.abi.name, { model, ...abi }])) } };
}
