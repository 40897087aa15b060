/** Checks all names by which one part of the schema refers to another: enumerations, object types, records, structs. */
import { within } from "../load/document.js";
import type { Abi, Field, Model, ObjectType, RecordType, Struct, StructCase } from "../model.js";
import type { Context } from "./context.js";
import { checkGrammarReferences } from "./grammar-references.js";
import { KnownNames } from "./known-names.js";
import { isScalar, type StructTable } from "./structs.js";

export function checkReferences(context: Context, model: Model, structs: StructTable): void {
  const names = new KnownNames(context, model, structs);
  for (const struct of structs.structs) checkStruct(struct, model.abis.filter(struct.present), names, context);
  for (const record of model.records) checkRecord(record, names);
  for (const object of model.objects) checkObject(object, names);
  checkGrammarReferences(context, model.grammar, names);
}

/** Checks the fields and cases of a struct. `abis` are the ABIs that have it. */
function checkStruct({ fields, cases }: Struct, abis: readonly Abi[], names: KnownNames, context: Context): void {
  const check = (siblings: readonly Field[]) => {
    for (const field of siblings) {
      const { type, nested } = field;
      if (nested || type?.values().some(({ base }) => isScalar(base))) checkDoc(field, abis, context);
      checkMeaning(field, names);
      if (field.count) names.checkExpression(field.count, within(field.origin, "count"), { fields: siblings });
      check(nested?.fields ?? []);
    }
  };
  check(fields);
  for (const each of cases) checkCase(each, fields, names);
}

function checkDoc({ key, meanings, present, origin }: Field, abis: readonly Abi[], context: Context): void {
  const documented = meanings.statements.some((statement) => statement.key === "doc");
  const silent = documented && abis.find((abi) => present(abi) && meanings.at(abi).doc === "");
  if (!documented) context.complain(origin, { rule: "undocumented", message: `\`${key}\` has no \`doc\`` });
  else if (silent)
    context.complain(within(origin, "doc"), {
      rule: "undocumented",
      message: `\`${key}\` has no \`doc\` in ${silent.name}`,
      suggestion: "begin the history with the first version that has the field",
    });
}

/** Checks the enumerations and object types that the meaning of a field names. */
function checkMeaning({ meanings }: Field, names: KnownNames): void {
  for (const { key, value, origin } of meanings.statements) {
    if ((key === "enum" || key === "flags") && !names.enums.has(value as string))
      names.unknown("enum", value as string, names.enums, origin);
    if (key === "refers")
      for (const [index, object] of (value as readonly string[]).entries())
        if (!names.objects.has(object)) names.unknown("object type", object, names.objects, within(origin, index));
  }
}

function checkCase({ when, members, origin }: StructCase, fields: readonly Field[], names: KnownNames): void {
  names.checkExpression(when, within(origin, "when"), { fields });
  const keys = fields.map(({ key }) => key);
  for (const [role, field] of members)
    for (const path of field.values())
      if (!names.hasField(fields, path.split("."))) names.unknown("field", path, keys, within(origin, "members", role));
}

/** Checks the structs, the enumerators that select among them, and the expressions of a record. */
function checkRecord(record: RecordType, names: KnownNames): void {
  const { struct, variants, payload, raw, origin } = record;
  const { structs, constants } = names;
  const selected = Object.entries(variants?.structs ?? {}).map(
    ([enumerator, key]) => [key, within(origin, "variants", "structs", enumerator), enumerator] as const,
  );
  for (const [key, where] of [
    [struct, within(origin, "struct")] as const,
    [variants?.else, within(origin, "variants", "else")] as const,
    ...selected,
  ])
    if (key !== undefined && !structs.has(key)) names.unknown("struct", key, structs.keys, where);
  for (const [, where, enumerator] of selected)
    if (!constants.has(enumerator)) names.unknown("constant", enumerator, constants, where, "key");
  const scope = { fields: names.fieldsOf(record) };
  if (payload) names.checkPayload(payload, within(origin, "payload"), scope);
  if (raw) names.checkExpression(raw.length, within(origin, "raw", "length"), scope);
}

function checkObject({ principal, origin }: ObjectType, names: KnownNames): void {
  if (principal && !names.records.has(principal))
    names.unknown("record", principal, names.records.keys(), within(origin, "principal"));
}
