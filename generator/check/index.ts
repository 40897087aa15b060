/** Step 4: checks the model and its layouts against the rules of a good ABI, and for contradictions. One file per subject. */
import type { Layouts } from "../layout.js";
import type { Model } from "../model.js";
import type { Problem } from "../problem.js";
import type { Unit } from "../units.js";
import { checkFields } from "./fields.js";
import { checkFlexibleArrays } from "./flexible-arrays.js";
import { checkGrammar } from "./grammar.js";
import { checkKernelStructs } from "./kernel-structs.js";
import { checkLayouts } from "./layouts.js";
import { checkNames } from "./names.js";
import { checkRecordStructs } from "./record-structs.js";
import { checkVersions } from "./versions.js";

export function checkModel(model: Model, layouts: Layouts, { foreign }: Unit): Problem[] {
  return [
    ...checkVersions(model),
    ...checkNames(model, layouts),
    ...checkFields(model, layouts),
    ...checkFlexibleArrays(layouts),
    ...checkRecordStructs(model, layouts),
    ...checkGrammar(model),
    ...checkKernelStructs(model),
    ...(foreign ? [] : checkLayouts(model, layouts)),
  ];
}
