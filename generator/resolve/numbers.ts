/** Constants, enumerations, record types and object types. */

import type { Changing } from "../changing.js";
import { type Origin, within } from "../load/document.js";
import type { Abi, Constant, Enumeration, Enumerator, ObjectType, Payload, RecordType } from "../model.js";
import { readChanging } from "./changing.js";
import type { Context, Raw, Section } from "./context.js";

export function readConstants(context: Context): Constant[] {
  return context.sections("constants").flatMap((section) =>
    living(context, section).map(([name, raw, origin]) => ({
      name,
      value: integers(context, raw.value, within(origin, "value"), raw, section.family),
      ...(raw.header && { header: raw.header }),
      external: raw.external ?? false,
      ...(raw.format && { format: raw.format }),
      source: raw.source ?? [],
      ...documentation(raw),
      origin,
    })),
  );
}

export function readRecords(context: Context): RecordType[] {
  return context.sections("records").flatMap((section) =>
    living(context, section).map(([name, raw, origin]) => ({
      name,
      number: integers(context, raw.number, within(origin, "number"), raw, section.family),
      ...(raw.purpose && { purpose: raw.purpose }),
      ...(raw.struct && { struct: raw.struct }),
      ...(raw.variants && { variants: raw.variants }),
      ...(raw.payload && { payload: readPayload(context, raw.payload, within(origin, "payload")) }),
      ...(raw.raw && {
        raw: {
          length: context.expression(raw.raw.length, within(origin, "raw", "length")) ?? 0,
          doc: raw.raw.doc,
        },
      }),
      reserved: raw.reserved ?? false,
      source: raw.source ?? [],
      ...documentation(raw, raw.summary),
      origin,
    })),
  );
}

export function readObjects(context: Context): ObjectType[] {
  return context.sections("objects").flatMap((section) =>
    living(context, section).map(([name, raw, origin]) => ({
      name,
      number: integers(context, raw.number, within(origin, "number"), raw, section.family),
      ...(raw.principal && { principal: raw.principal }),
      framed: readChanging(context, raw.framed ?? true, within(origin, "framed"), {}, (leaf) => leaf as boolean),
      ...(raw.known_by && { knownBy: raw.known_by }),
      ...documentation(raw, raw.summary),
      origin,
    })),
  );
}

/** The entries of a section, with `since`, `until` and `arches` resolved. */
function living(context: Context, { entries }: Section): Section["entries"] {
  for (const [, raw, origin] of entries) context.presence(raw, origin);
  return entries;
}

/**
 * The enumerations of the YAML, and the two that follow from the tables of records and objects: `record_type` and `obj_type`. Those may have
 * additional enumerators of their own.
 */
export function readEnums(
  context: Context,
  records: readonly RecordType[],
  objects: readonly ObjectType[],
): Enumeration[] {
  const derived = new Map<string, Enumerator[]>([
    [
      "record_type",
      records.map((record) => ({ ...described(record), name: `CKPT_HDR_${record.name}`, value: record.number })),
    ],
    [
      "obj_type",
      objects.map((object) => ({ ...described(object), name: `CKPT_OBJ_${object.name}`, value: object.number })),
    ],
  ]);
  return context.sections("enums").flatMap((section) =>
    section.entries.map(([name, raw, origin]) => {
      const values: Enumerator[] = [...(derived.get(name) ?? [])];
      const present = context.presence(raw, origin);
      for (const [key, value] of Object.entries(raw.values as Record<string, Raw>)) {
        const at = within(origin, "values", key);
        const own = context.presence(value, at);
        const life = { ...(raw.since && { since: raw.since }), ...(raw.until && { until: raw.until }), ...value };
        values.push({
          name: key,
          value: value.sentinel
            ? sentinel(context, values, (abi) => present(abi) && own(abi), life, at)
            : integers(context, value.value, within(at, "value"), life, section.family),
          ...(value.sentinel && { sentinel: true as const }),
          ...documentation(value),
          origin: at,
        });
      }
      return {
        name,
        summary: raw.summary,
        bits: raw.bits ?? false,
        ...(raw.external && { external: raw.external }),
        defines: raw.defines ?? false,
        ...(raw.c && { tag: raw.c }),
        ...(raw.header && { header: raw.header }),
        ...(section.family && { family: section.family }),
        values,
        ...(raw.confidence && { confidence: raw.confidence }),
        origin,
      };
    }),
  );
}

/** One more than the highest value of the enumerators before it, by version. */
function sentinel(
  context: Context,
  before: readonly Enumerator[],
  present: (abi: Abi) => boolean,
  life: Raw,
  origin: Origin,
): Changing<bigint> {
  const arch = context.arches[0];
  const history: Record<string, bigint | string> = {};
  let last: bigint | undefined;
  for (const version of context.versions) {
    if (!arch) break;
    const abi = { version, arch, name: `${version.id}/${arch.id}` };
    const values = before.flatMap((enumerator) => enumerator.value.at(abi) ?? []);
    if (values.length === 0 || !present(abi)) continue;
    const value = values.reduce((a, b) => (a > b ? a : b)) + 1n;
    if (value !== last) history[version.id] = value;
    last = value;
  }
  return readChanging(context, history, origin, life.until ? { until: life.until } : {}, (leaf) => leaf as bigint);
}

export function readPayload(context: Context, raw: Raw, origin: Origin): Payload {
  context.presence(raw, origin);
  return {
    kind: raw.kind,
    ...(raw.of && { of: raw.of }),
    ...(raw.count !== undefined && { count: context.expression(raw.count, within(origin, "count")) ?? 0 }),
    ...(raw.length !== undefined && { length: context.expression(raw.length, within(origin, "length")) ?? 0 }),
    ...(raw.slack && { slack: raw.slack }),
    ...(raw.doc && { doc: raw.doc }),
    ...(raw.since && { since: raw.since }),
    ...(raw.until && { until: raw.until }),
    ...(raw.arches && { arches: raw.arches }),
  };
}

export function documentation(raw: Raw, doc = raw.doc as string): Pick<Constant, "doc" | "confidence" | "notes"> {
  return { doc, ...(raw.confidence && { confidence: raw.confidence }), notes: raw.notes ?? {} };
}

function described(item: RecordType | ObjectType): Omit<Enumerator, "name" | "value"> {
  return {
    doc: item.doc,
    ...(item.confidence && { confidence: item.confidence }),
    notes: item.notes,
    origin: item.origin,
  };
}

function integers(context: Context, raw: unknown, origin: Origin, life: Raw, family?: string): Changing<bigint> {
  const arches = (life.arches as string[] | undefined) ?? (family ? [family] : undefined);
  const byArch = arches && !isByArch(raw) ? Object.fromEntries(arches.map((arch) => [arch, raw])) : undefined;
  const read = (leaf: unknown, at: Origin) => at.document.integer(at.path) ?? BigInt(leaf as number);
  if (!byArch) return readChanging(context, raw, origin, life, read);
  // One value of the YAML may apply to several architectures: its place in the text is the same for each.
  return readChanging(context, byArch, origin, life, (leaf, at) => {
    const path = [...origin.path, ...at.path.slice(origin.path.length + 1)];
    return read(leaf, { document: at.document, path });
  });
}

function isByArch(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && !/^v[0-9]/.test(Object.keys(raw)[0] ?? "");
}
