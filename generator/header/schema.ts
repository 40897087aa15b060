/** The schema of images, resolved for comparison with headers. */
import type { Problem } from "../problem.js";
import { readModel } from "../read-model.js";
import type { SchemaFiles } from "../read-schema.js";
import { Description } from "./described.js";

/** Resolves the schema. Problems of members show only when layouts are computed: for all versions with `wholly`, else for the newest. */
export function describeSchema(
  { texts, jsonSchema }: SchemaFiles,
  wholly = false,
): { readonly description: Description } | { readonly problems: readonly Problem[] } {
  const read = readModel(texts, jsonSchema, ({ abis, versions }) =>
    wholly ? abis : abis.filter(({ version }) => version === versions.at(-1)),
  );
  return "problems" in read ? read : { description: new Description(read.model, read.structs) };
}
