/** Step 4: checks the model and its layouts against the rules of a good ABI, and for contradictions. One file per subject. */
import type { Layouts } from "../layout.js";
import type { Model } from "../model.js";
import type { Problem } from "../problem.js";
import type { Unit } from "../units.js";
import { lintFields } from "./fields.js";
import { lintGrammar } from "./grammar.js";
import { lintLayouts } from "./layouts.js";
import { lintNames } from "./names.js";
import { lintPrivate } from "./private.js";
import { lintVersions } from "./versions.js";

export function lint(model: Model, layouts: Layouts, { foreign }: Unit): Problem[] {
  return [
    ...lintVersions(model),
    ...lintNames(model, layouts),
    ...lintFields(model, layouts),
    ...lintGrammar(model),
    ...lintPrivate(model),
    ...(foreign ? [] : lintLayouts(model, layouts)),
  ];
}
