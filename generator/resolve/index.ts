/**
 * Step 2: from documents to the model: looks up histories, architectures, types and names.
 *
 * In: documents that are valid under the JSON Schema. Out: the model, the table that resolves members, and a problem for every unknown name.
 */
import type { Document } from "../load/document.js";
import type { Model } from "../model.js";
import type { Problem } from "../problem.js";
import { Context } from "./context.js";
import { readGrammar } from "./grammar.js";
import { readConstants, readEnums, readObjects, readRecords } from "./numbers.js";
import { checkReferences } from "./references.js";
import { readStructs, StructTable } from "./structs.js";
import { readErrors, readSyscalls } from "./syscalls.js";
import { combine, mentionedVersions, readArches, readFamilies, readVersions } from "./versions.js";

export interface ResolvedSchema {
  readonly model: Model;
  readonly structs: StructTable;
  readonly problems: readonly Problem[];
}

export function resolve(documents: readonly Document[]): ResolvedSchema {
  const context = new Context(documents);
  context.versions = readVersions(context);
  context.arches = readArches(context);
  const constants = readConstants(context);
  const records = readRecords(context);
  const objects = readObjects(context);
  const model: Model = {
    versions: context.versions,
    order: context.order,
    mentioned: mentionedVersions(context),
    arches: context.arches,
    families: readFamilies(context),
    abis: combine(context.versions, context.arches),
    constants,
    enums: readEnums(context, records, objects),
    records,
    objects,
    structs: readStructs(context),
    grammar: readGrammar(context),
    syscalls: readSyscalls(context),
    errors: readErrors(context),
  };
  const structs = new StructTable(model.structs, constants);
  checkReferences(context, model, structs);
  return { model, structs, problems: context.problems };
}
