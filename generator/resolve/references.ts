/** Checks all names by which one part of the schema refers to another: enumerations, object types, records, structs. */

import type { Expression } from "../../runtime/expression.js";
import { mentions } from "../expression.js";
import { type Origin, within } from "../load/document.js";
import type { Abi, Field, Grammar, GrammarNode, Model, Payload, RecordType, StructCase } from "../model.js";
import { suggest } from "../problem.js";
import type { Context } from "./context.js";
import { isScalar, type StructTable } from "./structs.js";

export function checkReferences(context: Context, model: Model, structs: StructTable): void {
  const names = {
    constants: new Set([
      ...model.constants.map((constant) => constant.name),
      ...model.enums.flatMap((enumeration) => enumeration.values.map((value) => value.name)),
    ]),
    enums: model.enums.map((enumeration) => enumeration.name),
    objects: model.objects.map((object) => object.name),
    records: new Map(model.records.map((record) => [record.name, record])),
  };

  const unknown = (
    kind: string,
    name: string,
    known: Iterable<string>,
    origin: Origin,
    part: "key" | "value" = "value",
  ) =>
    context.complain(
      origin,
      { rule: `unknown-${kind.split(" ")[0]}`, message: `unknown ${kind} \`${name}\``, ...suggest(name, known) },
      part,
    );

  /**
   * Checks a field.
   *
   * @param abis ABIs that have the struct
   */
  const checkField = (field: Field, siblings: readonly Field[], abis: readonly Abi[]) => {
    const { type, nested, meanings } = field;
    if (nested || type?.values().some(({ base }) => isScalar(base))) checkDoc(field, abis);
    for (const { key, value, origin } of meanings.statements) {
      if ((key === "enum" || key === "flags") && !names.enums.includes(value as string))
        unknown("enum", value as string, names.enums, origin);
      if (key !== "refers") continue;
      (value as readonly string[]).forEach((object, index) => {
        if (!names.objects.includes(object)) unknown("object type", object, names.objects, within(origin, index));
      });
    }
    if (field.count) checkExpression(field.count, within(field.origin, "count"), siblings);
    const inner = nested?.fields ?? [];
    for (const one of inner) checkField(one, inner, abis);
  };

  const checkDoc = ({ key, meanings, present, origin }: Field, abis: readonly Abi[]) => {
    const documented = meanings.statements.some((statement) => statement.key === "doc");
    const silent = documented && abis.find((abi) => present(abi) && meanings.at(abi).doc === "");
    if (!documented) context.complain(origin, { rule: "undocumented", message: `\`${key}\` has no \`doc\`` });
    else if (silent)
      context.complain(within(origin, "doc"), {
        rule: "undocumented",
        message: `\`${key}\` has no \`doc\` in ${silent.name}`,
        suggestion: "begin the history with the first version that has the field",
      });
  };

  /** Checks the names and fields of an expression; `own` are the fields that may be used without the name of a record. */
  const checkExpression = (
    expression: Expression,
    origin: Origin,
    own: readonly Field[],
    labels: ReadonlySet<string> = new Set(),
  ) => {
    for (const mention of mentions(expression)) {
      if (mention[0] === "constant" && !names.constants.has(mention[1]))
        unknown("constant", mention[1], names.constants, origin);
      if (mention[0] !== "field") continue;
      const [, recordName, path] = mention;
      const [first = "", ...rest] = path.split(".");
      if (recordName === null) {
        if (labels.has(first)) continue;
        if (!hasField(own, path.split(".")))
          unknown("field", path, own.length > 0 ? own.map((field) => field.key) : recordsWith(path), origin);
        continue;
      }
      const record = names.records.get(recordName);
      if (!record) unknown("record", recordName, names.records.keys(), origin);
      else if (!hasField(fieldsOf(record), [first, ...rest]))
        unknown(
          "field",
          `${recordName}.${path}`,
          fieldsOf(record).map((field) => `${recordName}.${field.key}`),
          origin,
        );
    }
  };

  /** All fields of a record, over families and variants. */
  const fieldsOf = (record: RecordType): Field[] => {
    const keys = [record.struct, ...Object.values(record.variants?.structs ?? {}), record.variants?.else];
    return model.structs.filter((struct) => keys.includes(struct.key)).flatMap((struct) => struct.fields);
  };

  /** `RECORD.path` for every record with such a field: the grammar requires the name of the record. */
  const recordsWith = (path: string): string[] =>
    model.records
      .filter((record) => hasField(fieldsOf(record), path.split(".")))
      .map((record) => `${record.name}.${path}`);

  const hasField = (fields: readonly Field[], path: readonly string[]): boolean => {
    const [first, ...rest] = path;
    for (const field of fields) {
      if (field.anonymous && field.nested && hasField(field.nested.fields, path)) return true;
      if (field.key !== first) continue;
      if (rest.length === 0) return true;
      if (field.nested) return hasField(field.nested.fields, rest);
      return (field.type?.values() ?? []).some((type) =>
        model.structs.some((struct) => struct.key === type.base && hasField(struct.fields, rest)),
      );
    }
    return false;
  };

  const checkPayload = (payload: Payload, origin: Origin, own: readonly Field[], labels?: ReadonlySet<string>) => {
    if (payload.of && !isScalar(payload.of) && !structs.has(payload.of))
      unknown("type", payload.of, structs.keys, within(origin, "of"));
    if (payload.count) checkExpression(payload.count, within(origin, "count"), own, labels);
    if (payload.length) checkExpression(payload.length, within(origin, "length"), own, labels);
  };

  const checkCase = ({ when, members, origin }: StructCase, own: readonly Field[]) => {
    checkExpression(when, within(origin, "when"), own);
    for (const [role, field] of members)
      for (const path of field.values())
        if (!hasField(own, path.split(".")))
          unknown(
            "field",
            path,
            own.map(({ key }) => key),
            within(origin, "members", role),
          );
  };

  for (const struct of structs.structs) {
    const abis = model.abis.filter(struct.present);
    for (const field of struct.fields) checkField(field, struct.fields, abis);
    for (const each of struct.cases) checkCase(each, struct.fields);
  }

  for (const record of model.records) {
    const { origin } = record;
    for (const [key, where] of [
      [record.struct, within(origin, "struct")],
      [record.variants?.else, within(origin, "variants", "else")],
      ...Object.entries(record.variants?.structs ?? {}).map(
        ([enumerator, key]) => [key, within(origin, "variants", "structs", enumerator)] as const,
      ),
    ] as const)
      if (key !== undefined && !structs.has(key)) unknown("struct", key, structs.keys, where);
    for (const enumerator of Object.keys(record.variants?.structs ?? {}))
      if (!names.constants.has(enumerator))
        unknown("constant", enumerator, names.constants, within(origin, "variants", "structs", enumerator), "key");
    if (record.payload) checkPayload(record.payload, within(origin, "payload"), fieldsOf(record));
    if (record.raw) checkExpression(record.raw.length, within(origin, "raw", "length"), fieldsOf(record));
  }

  for (const object of model.objects)
    if (object.principal && !names.records.has(object.principal))
      unknown("record", object.principal, names.records.keys(), within(object.origin, "principal"));

  checkGrammar(model.grammar);

  function checkGrammar(grammar: Grammar): void {
    const rules = [...grammar.rules, ...grammar.bodies];
    const origins = context.sections("grammar");
    const document = origins[0]?.entries[0]?.[2].document;
    if (!document) return;
    const labels = new Set(
      [grammar.anywhere, ...rules.map((rule) => rule.items)].flatMap((items) => [...labelsOf(items)]),
    );
    if (!grammar.rules.some((rule) => rule.name === grammar.start))
      unknown(
        "rule",
        grammar.start,
        grammar.rules.map((rule) => rule.name),
        { document, path: ["grammar", "start"] },
      );
    for (const body of grammar.bodies)
      if (!names.objects.includes(body.name)) unknown("object type", body.name, names.objects, body.origin, "key");
    const checkNode = (node: GrammarNode, origin: Origin): void => {
      if (node.kind === "record" && !names.records.has(node.name))
        unknown("record", node.name, names.records.keys(), within(origin, "record"));
      if (node.kind === "rule" && !grammar.rules.some((rule) => rule.name === node.name))
        unknown(
          "rule",
          node.name,
          grammar.rules.map((rule) => rule.name),
          within(origin, "rule"),
        );
      if ((node.kind === "ref" || node.kind === "object") && !names.objects.includes(node.name))
        unknown("object type", node.name, names.objects, within(origin, node.kind));
      if (node.when !== undefined) checkExpression(node.when, within(origin, "when"), [], labels);
      if (node.repeat !== undefined && node.repeat !== "any" && node.repeat !== "some")
        checkExpression(node.repeat, within(origin, "repeat"), [], labels);
      if (node.kind === "ref" && node.number !== undefined)
        checkExpression(node.number, within(origin, "number"), [], labels);
      if (node.contains) checkPayload(node.contains, within(origin, "contains"), [], labels);
      if (node.kind === "sequence" || node.kind === "choice")
        node.items.forEach((item, index) => {
          checkNode(item, within(origin, node.kind, index));
        });
    };
    grammar.anywhere.forEach((node, index) => {
      checkNode(node, { document, path: ["grammar", "anywhere", index] });
    });
    for (const rule of rules)
      rule.items.forEach((node, index) => {
        checkNode(node, within(rule.origin, "sequence", index));
      });
  }
}

function* labelsOf(items: readonly GrammarNode[]): Generator<string> {
  for (const item of items) {
    if (item.as) yield item.as;
    if (item.kind === "sequence" || item.kind === "choice") yield* labelsOf(item.items);
  }
}
