/** Record types and object types in one version on one architecture: their numbers, and what lies in a record. */

import { type Paired, pairUp } from "../../runtime/comparison.js";
import { appliesTo } from "../life.js";
import { bindingName, type ObjectType, type Payload, type RecordType } from "../model.js";
import { at, type Change, lastPlace } from "./change.js";
import { documentationOf, objectAspects, recordAspects } from "./documentation.js";
import { expressionText, namingOf, structName, structNamed, structsOf } from "./expressions.js";
import type { View } from "./view.js";

/** The records that a version has on both sides, as grammars need them to tell a renamed record from another one. */
export function pairRecords(before: View, after: View): Paired<RecordType> {
  const there = (view: View) => view.model.records.filter(({ number }) => number.at(view.abi) !== undefined);
  const [old, now] = [there(before), there(after)];
  const content = (record: RecordType) => {
    const view = old.includes(record) ? before : after;
    return `${record.number.at(view.abi)} ${structText(record, view)}`;
  };
  return pairUp(old, now, ({ name }) => name, content);
}

export function compareRecords(before: View, after: View): Change[] {
  const { both, removed, added } = pairRecords(before, after);
  return [
    ...removed.map(
      (record): Change => ({
        kind: "record-removed",
        subject: `record ${record.name}`,
        from: `number ${record.number.at(before.abi)}`,
        place: lastPlace(
          record.origin,
          after.model.records.find(({ name }) => name === record.name),
        ),
      }),
    ),
    ...added.map(
      (record): Change => ({
        kind: "number-added",
        subject: `record ${record.name}`,
        to: `number ${record.number.at(after.abi)}`,
        place: at(record.origin),
      }),
    ),
    ...both.flatMap(([old, now]) => compareRecord(old, now, before, after)),
  ];
}

function compareRecord(old: RecordType, now: RecordType, before: View, after: View): Change[] {
  const subject = `record ${now.name}`;
  const changes: Change[] = renamedAndRenumbered(old, now, before, after, subject, "CKPT_HDR_");
  const tell = (kind: Change["kind"], from: string, to: string, key: string) => {
    if (from !== to) changes.push({ kind, subject, from, to, place: at(now.origin, key) });
  };
  tell("record-struct", structText(old, before), structText(now, after), now.variants ? "variants" : "struct");
  tell("record-payload", payloadOf(old, before), payloadOf(now, after), "payload");
  tell("record-raw", rawText(old, before), rawText(now, after), "raw");
  const use = (reserved: boolean) => (reserved ? "reserved" : "in use");
  tell(now.reserved ? "record-reserved" : "record-used", use(old.reserved), use(now.reserved), "reserved");
  return [...changes, ...documentationOf(subject, now.origin, recordAspects(old), recordAspects(now))];
}

function renamedAndRenumbered(
  old: RecordType | ObjectType,
  now: RecordType | ObjectType,
  before: View,
  after: View,
  subject: string,
  prefix: string,
): Change[] {
  const changes: Change[] = [];
  if (old.name !== now.name)
    changes.push({
      kind: "number-renamed",
      subject,
      from: prefix + old.name,
      to: prefix + now.name,
      place: at(now.origin),
    });
  const [from, to] = [old.number.at(before.abi), now.number.at(after.abi)];
  if (from !== to)
    changes.push({
      kind: "number-changed",
      subject,
      from: `${from}`,
      to: `${to}`,
      place: at(now.origin, "number"),
    });
  return changes;
}

function structText(record: RecordType, view: View): string {
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
  return record.payload ? payloadText(record.payload, view, record) : "none";
}

/** Without its documentation; `owner` is the record whose fields it may name. */
export function payloadText(payload: Payload, view: View, owner?: RecordType): string {
  if (!appliesTo(view.model, view.abi, payload)) return "none";
  const naming = namingOf(view, owner && structsOf(view, owner)[0]);
  const { kind, of, count, length, slack } = payload;
  return [
    kind,
    ...(of === undefined ? [] : [`of ${structName(view, of)}`]),
    ...(count === undefined ? [] : [`count ${expressionText(count, naming)}`]),
    ...(length === undefined ? [] : [`length ${expressionText(length, naming)}`]),
    ...(slack === undefined ? [] : [`slack ${slack}`]),
  ].join(", ");
}

function rawText(record: RecordType, view: View): string {
  if (!record.raw) return "none";
  const naming = namingOf(view, structsOf(view, record)[0]);
  return expressionText(record.raw.length, naming);
}

export function pairObjects(before: View, after: View): Paired<ObjectType> {
  const there = (view: View) => view.model.objects.filter(({ number }) => number.at(view.abi) !== undefined);
  const [old, now] = [there(before), there(after)];
  const content = (object: ObjectType) =>
    `${object.number.at((old.includes(object) ? before : after).abi)} ${object.principal}`;
  return pairUp(old, now, ({ name }) => name, content);
}

export function compareObjects(before: View, after: View): Change[] {
  const { both, removed, added } = pairObjects(before, after);
  return [
    ...removed.map(
      (object): Change => ({
        kind: "object-removed",
        subject: `object ${object.name}`,
        from: `number ${object.number.at(before.abi)}`,
        place: lastPlace(
          object.origin,
          after.model.objects.find(({ name }) => name === object.name),
        ),
      }),
    ),
    ...added.map(
      (object): Change => ({
        kind: "number-added",
        subject: `object ${object.name}`,
        to: `number ${object.number.at(after.abi)}`,
        place: at(object.origin),
      }),
    ),
    ...both.flatMap(([old, now]) => compareObject(old, now, before, after)),
  ];
}

function compareObject(old: ObjectType, now: ObjectType, before: View, after: View): Change[] {
  const subject = `object ${now.name}`;
  const changes = renamedAndRenumbered(old, now, before, after, subject, "CKPT_OBJ_");
  const [from, to] = [`${old.framed.at(before.abi) ?? false}`, `${now.framed.at(after.abi) ?? false}`];
  if (from !== to) changes.push({ kind: "object-framed", subject, from, to, place: at(now.origin, "framed") });
  if (old.principal !== now.principal)
    changes.push({
      kind: "object-principal",
      subject,
      from: old.principal ?? "no record",
      to: now.principal ?? "no record",
      place: at(now.origin, "principal"),
    });
  return [...changes, ...documentationOf(subject, now.origin, objectAspects(old), objectAspects(now))];
}
