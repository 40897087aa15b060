/** Compares record types and object types in one version on one architecture: their numbers, and the contents of records. */

import { type Paired, pairUp } from "../../runtime/comparison.js";
import { appliesTo } from "../life.js";
import { bindingName, type Model, type ObjectType, type Payload, type RecordType } from "../model.js";
import { type Change, changeAt, changed, lastPlace } from "./change.js";
import { documentationOf, objectAspects, recordAspects } from "./documentation.js";
import { namingOf, schemaExpression, structName, structNamed, structsOf } from "./expressions.js";
import type { ChangeKind } from "./kinds.js";
import type { View } from "./view.js";

/** The record types of both sides in pairs. Comparing grammars needs them to recognise renamed records. */
export function pairRecords(before: View, after: View): Paired<RecordType> {
  return pairNumbered(before, after, ({ records }) => records, structNames);
}

export function compareRecords(before: View, after: View): Change[] {
  const { both, ...others } = pairRecords(before, after);
  return [
    ...comeAndGone("record", others, before, after, after.model.records),
    ...both.flatMap(([old, now]) => compareRecord(old, now, before, after)),
  ];
}

function compareRecord(old: RecordType, now: RecordType, before: View, after: View): Change[] {
  const subject = `record ${now.name}`;
  const aspect = (kind: ChangeKind, key: string, text: (record: RecordType, view: View) => string) =>
    changed(kind, subject, { from: text(old, before), to: text(now, after) }, changeAt(now.origin, key));
  return [
    ...renamedAndRenumbered(old, now, before, after, "record"),
    ...aspect("record-struct", now.variants ? "variants" : "struct", structNames),
    ...aspect("record-payload", "payload", payloadOf),
    ...aspect("record-raw", "raw", rawText),
    ...aspect(now.reserved ? "record-reserved" : "record-used", "reserved", ({ reserved }) =>
      reserved ? "reserved" : "in use",
    ),
    ...documentationOf(subject, now.origin, recordAspects(old), recordAspects(now)),
  ];
}

/** Pairs things with a number: by name, then by the number and the kind. */
function pairNumbered<T extends RecordType | ObjectType>(
  before: View,
  after: View,
  listed: (model: Model) => readonly T[],
  content: (thing: T, view: View) => string,
): Paired<T> {
  const there = ({ model, abi }: View) => listed(model).filter(({ number }) => number.at(abi) !== undefined);
  return pairUp(
    there(before),
    there(after),
    ({ name }) => name,
    (thing, side) => {
      const view = side === "old" ? before : after;
      return `${thing.number.at(view.abi)} ${content(thing, view)}`;
    },
  );
}

/** Changes for record and object types that only one side has. */
function comeAndGone(
  what: "record" | "object",
  { removed, added }: Omit<Paired<RecordType | ObjectType>, "both">,
  before: View,
  after: View,
  now: readonly (RecordType | ObjectType)[],
): Change[] {
  const numberText = ({ number }: RecordType | ObjectType, { abi }: View) => `number ${number.at(abi)}`;
  return [
    ...removed.flatMap((thing) => {
      const place = lastPlace(
        thing.origin,
        now.find(({ name }) => name === thing.name),
      );
      return changed(`${what}-removed`, `${what} ${thing.name}`, { from: numberText(thing, before) }, place);
    }),
    ...added.flatMap((thing) =>
      changed("number-added", `${what} ${thing.name}`, { to: numberText(thing, after) }, changeAt(thing.origin)),
    ),
  ];
}

function renamedAndRenumbered<T extends RecordType | ObjectType>(
  old: T,
  now: T,
  before: View,
  after: View,
  what: "record" | "object",
): Change[] {
  const subject = `${what} ${now.name}`;
  const prefix = { record: "CKPT_HDR_", object: "CKPT_OBJ_" }[what];
  const numbers = { from: `${old.number.at(before.abi)}`, to: `${now.number.at(after.abi)}` };
  return [
    ...changed("number-renamed", subject, { from: prefix + old.name, to: prefix + now.name }, changeAt(now.origin)),
    ...changed("number-changed", subject, numbers, changeAt(now.origin, "number")),
  ];
}

function structNames(record: RecordType, view: View): string {
  const name = (key: string) => {
    const struct = structNamed(view, key);
    return struct ? `struct ${bindingName(struct, view.abi)}` : "no struct";
  };
  const { struct, variants } = record;
  if (!variants) return struct === undefined ? "no struct" : name(struct);
  const [own] = structsOf(view, record);
  const cases = Object.entries(variants.structs).map(([value, key]) => `${value}: ${name(key)}`);
  const others = variants.else === undefined ? [] : [`else: ${name(variants.else)}`];
  return `by ${namingOf(view, own).path(null, variants.on)} (${[...cases, ...others].join(", ")})`;
}

function payloadOf(record: RecordType, view: View): string {
  return record.payload ? payloadSummary(record.payload, view, record) : "none";
}

/** A payload as text, without its documentation. `owner` is the record whose fields the payload may refer to. */
export function payloadSummary(payload: Payload, view: View, owner?: RecordType): string {
  if (!appliesTo(view.model, view.abi, payload)) return "none";
  const naming = namingOf(view, owner && structsOf(view, owner)[0]);
  const { kind, of, count, length, slack } = payload;
  return [
    kind,
    ...(of === undefined ? [] : [`of ${structName(view, of)}`]),
    ...(count === undefined ? [] : [`count ${schemaExpression(count, naming)}`]),
    ...(length === undefined ? [] : [`length ${schemaExpression(length, naming)}`]),
    ...(slack === undefined ? [] : [`slack ${slack}`]),
  ].join(", ");
}

function rawText(record: RecordType, view: View): string {
  if (!record.raw) return "none";
  const naming = namingOf(view, structsOf(view, record)[0]);
  return schemaExpression(record.raw.length, naming);
}

export function pairObjects(before: View, after: View): Paired<ObjectType> {
  return pairNumbered(
    before,
    after,
    ({ objects }) => objects,
    ({ principal }) => `${principal}`,
  );
}

export function compareObjects(before: View, after: View): Change[] {
  const { both, ...others } = pairObjects(before, after);
  return [
    ...comeAndGone("object", others, before, after, after.model.objects),
    ...both.flatMap(([old, now]) => compareObject(old, now, before, after)),
  ];
}

function compareObject(old: ObjectType, now: ObjectType, before: View, after: View): Change[] {
  const subject = `object ${now.name}`;
  const aspect = (kind: ChangeKind, key: string, text: (object: ObjectType, view: View) => string) =>
    changed(kind, subject, { from: text(old, before), to: text(now, after) }, changeAt(now.origin, key));
  return [
    ...renamedAndRenumbered(old, now, before, after, "object"),
    ...aspect("object-framed", "framed", ({ framed }, { abi }) => `${framed.at(abi) ?? false}`),
    ...aspect("object-principal", "principal", ({ principal }) => principal ?? "no record"),
    ...documentationOf(subject, now.origin, objectAspects(old), objectAspects(now)),
  ];
}
