/**
 * What becomes of the fields of a record between two adjacent versions, by the schema alone: fields that vanish, that get narrower, enumerators
 * that get another number. New fields get their defaults. Renames, other orders and wider fields need nothing,
 * because values go by the keys of the schema.
 */
import { registry } from "../../generated/codecs/index.js";
import type { BoundStruct, ScalarType } from "../../runtime/index.js";
import { ALLOWED } from "../../runtime/integers.js";
import type { Cases } from "../image/abi/cases.js";
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import { KeyedCodec, type Leaf, type Values } from "../write/keyed-codec.js";

/** Hears what the rules find. */
export interface FieldFindings {
  lose(field: string, value: unknown, why: string): void;
  repair(field: string, value: unknown, why: string): void;
  /** Of bytes that mean nothing. */
  clear(field: string, value: unknown, why: string): void;
  refuse(field: string, value: unknown, why: string): void;
  invent(field: string, value: unknown, why: string): void;
  want(field: string, why: string): void;
}

/** Changes the fields of a record, or of an element. */
export type FieldRule = (values: Values, findings: FieldFindings) => void;

/** The rules of one struct; none when nothing changes that needs one. */
export function fieldRules(
  before: ImageFormat,
  after: ImageFormat,
  one: BoundStruct,
  other: BoundStruct | undefined,
): FieldRule[] {
  // Of an architecture that the version does not have, and which another one stands in for.
  if (!other || (before.abi.target.arch !== after.abi.target.arch && one.entry.descriptor.family)) return [];
  return rulesOf(before, after, KeyedCodec.of(one), KeyedCodec.of(other));
}

function rulesOf(before: ImageFormat, after: ImageFormat, one: KeyedCodec, other: KeyedCodec): FieldRule[] {
  const counterparts = new Map(other.leaves.map((leaf) => [leaf.path, leaf]));
  const rules = one.leaves.flatMap((leaf) => {
    const counterpart = counterparts.get(leaf.path);
    counterparts.delete(leaf.path);
    if (!counterpart) return vanishing(leaf, after);
    return [
      ...inElements(before, after, leaf, counterpart),
      ...resized(leaf, counterpart),
      ...renumbered(leaf, counterpart, before, after),
      ...fixed(leaf, counterpart),
    ];
  });
  const { cases } = one;
  return [
    ...(cases && rules.length > 0 ? [ofCases(cases, rules)] : rules),
    ...[...counterparts.values()].flatMap((leaf) => appearing(leaf, before, after)),
  ];
}

/** Nothing is lost with a value that means nothing, and where it does not fit there is zero. */
function ofCases(cases: Cases, rules: readonly FieldRule[]): FieldRule {
  return (values, findings) => {
    const leftovers = cases.leftovers((path) => {
      const value = get(values, path);
      return typeof value === "number" || typeof value === "bigint" ? value : undefined;
    });
    const told: FieldFindings = {
      ...findings,
      lose(field, value, why) {
        if (leftovers.includes(field)) findings.clear(field, value, why);
        else findings.lose(field, value, why);
      },
      refuse(field, value, why) {
        if (!leftovers.includes(field)) findings.refuse(field, value, why);
        else {
          findings.clear(field, value, why);
          set(values, field, 0);
        }
      },
    };
    for (const rule of rules) rule(values, leftovers.length > 0 ? told : findings);
  };
}

/** The rules of the structs in an array. */
function inElements(before: ImageFormat, after: ImageFormat, leaf: Leaf, counterpart: Leaf): FieldRule[] {
  if (!leaf.element || !counterpart.element) return [];
  const rules = rulesOf(before, after, leaf.element, counterpart.element);
  if (rules.length === 0) return [];
  const { path } = leaf;
  return [
    (values, findings) => {
      const elements = get(values, path);
      if (!Array.isArray(elements)) return;
      elements.forEach((element: Values, i) => {
        const inside = (field: string) => `${path}[${i}].${field}`;
        const told: FieldFindings = {
          lose: (field, value, why) => findings.lose(inside(field), value, why),
          repair: (field, value, why) => findings.repair(inside(field), value, why),
          clear: (field, value, why) => findings.clear(inside(field), value, why),
          refuse: (field, value, why) => findings.refuse(inside(field), value, why),
          invent: (field, value, why) => findings.invent(inside(field), value, why),
          want: (field, why) => findings.want(inside(field), why),
        };
        for (const rule of rules) rule(element, told);
      });
    },
  ];
}

/** The structs that a record can have, by schema key. */
export function structsOf(kind: RecordKind, format: ImageFormat): Map<string, BoundStruct> {
  const keys = [kind.entry.struct, ...Object.values(kind.entry.variants?.structs ?? {})];
  const structs = new Map<string, BoundStruct>();
  for (const key of keys) {
    const struct = key === undefined ? undefined : format.struct(key);
    if (key !== undefined && struct) structs.set(key, struct);
  }
  for (const struct of format.configurations)
    if (struct.entry.descriptor.key.startsWith(`${kind.entry.struct}_`))
      structs.set(struct.entry.descriptor.key, struct);
  return structs;
}

/**
 * A default is filled in when the record is written; one that is not nothing is told. A field without one has to come from a step: zero would be
 * a statement about the process that nobody made.
 */
function appearing({ path, meaning }: Leaf, before: ImageFormat, after: ImageFormat): FieldRule[] {
  if (meaning.reserved || meaning.const !== undefined) return [];
  const usual = meaning.default;
  const [older, newer] = [before.abi.target.version, after.abi.target.version];
  if (usual === undefined) {
    const why = `${newer} has this field and ${older} has not; the field wants a default in the schema, or a step of the converter that fills it in`;
    return [
      (values, findings) => {
        if (get(values, path) === undefined) findings.want(path, why);
      },
    ];
  }
  if (Number(usual) === 0) return [];
  const why = `${older} has no such field, and this is usual`;
  return [
    (values, findings) => {
      if (get(values, path) === undefined) findings.invent(path, usual, why);
    },
  ];
}

function vanishing({ path, meaning }: Leaf, after: ImageFormat): FieldRule[] {
  const usual = meaning.const ?? meaning.default ?? 0;
  const why = `${after.abi.target.version} has no such field`;
  return [
    (values, findings) => {
      const value = remove(values, path);
      if (equals(value, usual)) return;
      if (meaning.reserved) findings.clear(path, value, why);
      else findings.lose(path, value, why);
    },
  ];
}

/** Whether a value is the one that a newer version would be given in its place. */
function equals(value: unknown, usual: number | bigint): boolean {
  if (value === undefined) return true;
  if (typeof value === "number" || typeof value === "bigint") return BigInt(value) === BigInt(usual);
  if (typeof value === "string") return value === "";
  if (Array.isArray(value)) return value.every((element) => equals(element, usual));
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  return typeof value === "object" && Object.values(value as object).every((part) => equals(part, 0));
}

function resized({ path, type, width, dims, length = 1 }: Leaf, other: Leaf): FieldRule[] {
  const { width: otherWidth, length: room = 1 } = other;
  if (room < length) return [(values, findings) => shorten(values, path, room, findings)];
  if (!width || !otherWidth || type === other.type || dims) return [];
  return [
    (values, findings) => {
      const value = get(values, path);
      if (typeof value !== "number" && typeof value !== "bigint") return;
      const made = typeof otherWidth.read(NOTHING, 0, true) === "bigint" ? BigInt(value) : Number(value);
      if (otherWidth.fits(made)) set(values, path, made);
      else if (otherWidth.size >= width.size) set(values, path, reinterpreted(BigInt(value), otherWidth.size, made));
      else findings.refuse(path, value, `the field takes ${ALLOWED[other.type as ScalarType]} there`);
    },
  ];
}

const NOTHING = new DataView(new ArrayBuffer(8));

/** The same bits, signed where they were not, or the other way round. */
function reinterpreted(value: bigint, size: number, like: number | bigint): number | bigint {
  const bits = value < 0n ? BigInt.asUintN(size * 8, value) : BigInt.asIntN(size * 8, value);
  return typeof like === "bigint" ? bits : Number(bits);
}

function shorten(values: Values, path: string, room: number, findings: FieldFindings): void {
  const value = get(values, path);
  if (!(value instanceof Uint8Array) && !Array.isArray(value)) return;
  const rest = value.slice(room);
  if (rest.some((element) => Number(element) !== 0))
    findings.lose(path, rest, `there is room for ${room} elements there`);
  set(values, path, value.slice(0, room));
}

/** Enumerators that have another number on the other side, or none. */
function renumbered({ path, meaning }: Leaf, other: Leaf, before: ImageFormat, after: ImageFormat): FieldRule[] {
  // A field that is of another enumeration there, or of none, means something else, which a step sees to.
  const name = meaning.enum === other.meaning.enum ? meaning.enum : undefined;
  const numbers = name === undefined ? undefined : movedEnumerators(name, before, after);
  if (!numbers || numbers.size === 0) return [];
  return [
    (values, findings) => {
      const value = get(values, path);
      const moved = numbers.get(Number(value));
      if (moved === undefined) return;
      if (typeof moved === "string") findings.refuse(path, value, moved);
      else set(values, path, typeof value === "bigint" ? BigInt(moved) : moved);
    },
  ];
}

/** By number on this side the number on the other side, or why it cannot be there. What is not in it stays as it is. */
function movedEnumerators(name: string, before: ImageFormat, after: ImageFormat): Map<number, number | string> {
  const moved = new Map<number, number | string>();
  // Which architecture it is does not change with the image, and record and object types are written by name.
  if (["arch_id", "record_type", "obj_type"].includes(name)) return moved;
  const { values = [] } = registry.tables.enums.find((candidate) => candidate.name === name) ?? {};
  const known = new Set<number>();
  const taken = new Map<number, string>();
  for (const { name: enumerator, value } of values) {
    const old = before.abi.valueOf(value);
    const now = after.abi.valueOf(value);
    if (enumerator.endsWith("_MAX")) continue;
    if (now !== undefined) taken.set(Number(now), enumerator);
    if (old === undefined) continue;
    known.add(Number(old));
    if (now === undefined) moved.set(Number(old), `${after.abi.target.version} has no ${enumerator}`);
    else if (now !== old) moved.set(Number(old), Number(now));
  }
  // A number that means nothing here would become one that means something there.
  for (const [number, enumerator] of taken)
    if (!known.has(number)) moved.set(number, `in ${after.abi.target.version} the number means ${enumerator}`);
  return moved;
}

/**
 * A field that holds another fixed value on the other side. What is not the fixed value of this side is kept, and told where it is that of the
 * other side, because the way back takes it for right.
 */
function fixed({ path, meaning }: Leaf, { meaning: other }: Leaf): FieldRule[] {
  const was = meaning.const;
  const now = other.const;
  if (was === undefined || now === undefined || BigInt(was) === BigInt(now)) return [];
  return [
    (values, findings) => {
      const value = get(values, path);
      if (typeof value !== "number" && typeof value !== "bigint") return;
      if (BigInt(value) === BigInt(now))
        findings.repair(path, value, `it is not ${was}, and right in the other version`);
      if (BigInt(value) === BigInt(was)) set(values, path, typeof value === "bigint" ? BigInt(now) : Number(now));
    },
  ];
}

export function get(values: Values, path: string): unknown {
  let value: unknown = values;
  for (const key of path.split(".")) value = (value as Values | undefined)?.[key];
  return value;
}

export function set(values: Values, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let into = values;
  for (const key of keys) {
    into[key] ??= {};
    into = into[key] as Values;
  }
  into[last] = value;
}

/** @returns what was there */
export function remove(values: Values, path: string): unknown {
  const keys = path.split(".");
  const last = keys.pop() as string;
  const into = keys.length === 0 ? values : (get(values, keys.join(".")) as Values | undefined);
  const value = into?.[last];
  if (into) delete into[last];
  return value;
}
