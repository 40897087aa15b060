/**
 * Conversion of record fields between two adjacent versions, derived from the schema: fields that vanish, become narrower or change their meaning.
 * New fields get their defaults. Renamed, reordered and widened fields need no rule, because values are addressed by schema keys.
 */
import { pairUp } from "../../runtime/comparison.js";
import type { BoundStruct, Member, ScalarType } from "../../runtime/index.js";
import { ALLOWED } from "../../runtime/integers.js";
import type { Cases } from "../image/abi/cases.js";
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import { KeyedCodec, type Leaf, type Values } from "../write/keyed-codec.js";
import type { FieldRule, Tell } from "./field-rule.js";
import { meaningRules } from "./meaning-rules.js";
import { get, remove, set } from "./values.js";

/** Paths of fields, by schema key of the struct, whose value a step changes because the meaning changes. */
export type SettledMeanings = ReadonlyMap<string, ReadonlySet<string>>;

const NONE: ReadonlySet<string> = new Set();

/** The rules for one struct; empty if no field needs one. */
export function fieldRules(
  before: ImageFormat,
  after: ImageFormat,
  one: BoundStruct,
  other: BoundStruct | undefined,
  settled: SettledMeanings,
): FieldRule[] {
  // The version lacks this architecture, so another stands in (see `STAND_IN`); arch-specific structs pass unchanged.
  if (!other || (before.abi.target.arch !== after.abi.target.arch && one.entry.descriptor.family)) return [];
  const { key } = one.entry.descriptor;
  return rulesOf(before, after, KeyedCodec.of(one), KeyedCodec.of(other), settled.get(key) ?? NONE);
}

function rulesOf(
  before: ImageFormat,
  after: ImageFormat,
  one: KeyedCodec,
  other: KeyedCodec,
  settled: ReadonlySet<string>,
): FieldRule[] {
  const { both, added } = pairUp(one.leaves, other.leaves, ({ member }) => member.path);
  const counterparts = new Map(both);
  const rules = one.leaves.flatMap((leaf) => {
    const { member } = leaf;
    const counterpart = counterparts.get(leaf);
    if (!counterpart) return vanishing(member, after);
    return [
      ...inElements(before, after, leaf, counterpart),
      ...resized(member, counterpart.member),
      ...meaningRules(member, counterpart.member, before, after, settled.has(member.path)),
    ];
  });
  const { cases } = one;
  return [
    ...(cases && rules.length > 0 ? [ofCases(cases, rules)] : rules),
    ...added.flatMap(({ member }) => appearing(member, before, after)),
  ];
}

/** Wraps rules so that fields without meaning in the current case are reported as leftovers, not losses; a value that does not fit becomes zero. */
function ofCases(cases: Cases, rules: readonly FieldRule[]): FieldRule {
  return (values, tell) => {
    const leftovers = cases.leftovers((path) => {
      const value = get(values, path);
      return typeof value === "number" || typeof value === "bigint" ? value : undefined;
    });
    const told: Tell = (kind, field, value, why) => {
      if (!leftovers.includes(field) || (kind !== "losses" && kind !== "obstacles"))
        return tell(kind, field, value, why);
      tell("leftovers", field, value, why);
      if (kind === "obstacles") set(values, field, 0);
    };
    for (const rule of rules) rule(values, leftovers.length > 0 ? told : tell);
  };
}

/** Rules for the structs in an array field. */
function inElements(before: ImageFormat, after: ImageFormat, leaf: Leaf, counterpart: Leaf): FieldRule[] {
  if (!leaf.element || !counterpart.element) return [];
  const rules = rulesOf(before, after, leaf.element, counterpart.element, NONE);
  if (rules.length === 0) return [];
  const { path } = leaf.member;
  return [
    (values, tell) => {
      const elements = get(values, path);
      if (!Array.isArray(elements)) return;
      elements.forEach((element: Values, i) => {
        for (const rule of rules) rule(element, tellOfElement(tell, `${path}[${i}]`));
      });
    },
  ];
}

/** A {@link Tell} for the fields of an element: prefixes their paths with that of the element. */
export function tellOfElement(tell: Tell, element: string): Tell {
  return (kind, field, value, why) => tell(kind, `${element}.${field}`, value, why);
}

/** The structs that a record type can have, by schema key. */
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
 * Rules for a new field. The writer fills in defaults; only a non-zero one is reported as made up. A field without a default must be set by a step:
 * zero would be an unfounded statement about the process.
 */
function appearing({ path, meaning }: Member, before: ImageFormat, after: ImageFormat): FieldRule[] {
  if (meaning.reserved || meaning.const !== undefined) return [];
  const usual = meaning.default;
  const [older, newer] = [before.abi.target.version, after.abi.target.version];
  if (usual === undefined) {
    const why = `${newer} has this field and ${older} does not; the field needs a default in the schema, or a step of the converter that fills it in`;
    return [
      (values, tell) => {
        if (get(values, path) === undefined) tell("wanted", path, undefined, why);
      },
    ];
  }
  if (Number(usual) === 0) return [];
  const why = `${older} has no such field, and this is usual`;
  return [
    (values, tell) => {
      if (get(values, path) === undefined) tell("inventions", path, usual, why);
    },
  ];
}

function vanishing({ path, meaning }: Member, after: ImageFormat): FieldRule[] {
  const usual = meaning.const ?? meaning.default ?? 0;
  const why = `${after.abi.target.version} has no such field`;
  return [
    (values, tell) => {
      const value = remove(values, path);
      if (equals(value, usual)) return;
      if (meaning.reserved) tell("leftovers", path, value, why);
      else tell("losses", path, value, why);
    },
  ];
}

/** Whether a value equals the default that a newer version would fill in. */
function equals(value: unknown, usual: number | bigint): boolean {
  if (value === undefined) return true;
  if (typeof value === "number" || typeof value === "bigint") return BigInt(value) === BigInt(usual);
  if (typeof value === "string") return value === "";
  if (Array.isArray(value)) return value.every((element) => equals(element, usual));
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  return typeof value === "object" && Object.values(value as object).every((part) => equals(part, 0));
}

function resized({ path, type, width, dims, length = 1 }: Member, other: Member): FieldRule[] {
  const { width: otherWidth, length: room = 1 } = other;
  if (room < length) return [(values, tell) => shorten(values, path, room, tell)];
  if (!width || !otherWidth || type === other.type || dims) return [];
  return [
    (values, tell) => {
      const value = get(values, path);
      if (typeof value !== "number" && typeof value !== "bigint") return;
      const made = typeof otherWidth.read(NOTHING, 0, true) === "bigint" ? BigInt(value) : Number(value);
      if (otherWidth.fits(made)) set(values, path, made);
      else if (otherWidth.size >= width.size) set(values, path, reinterpreted(BigInt(value), otherWidth.size, made));
      else tell("obstacles", path, value, `the field takes ${ALLOWED[other.type as ScalarType]} there`);
    },
  ];
}

const NOTHING = new DataView(new ArrayBuffer(8));

/** The same bits with the other signedness; a bigint if `like` is one. */
function reinterpreted(value: bigint, size: number, like: number | bigint): number | bigint {
  const bits = value < 0n ? BigInt.asUintN(size * 8, value) : BigInt.asIntN(size * 8, value);
  return typeof like === "bigint" ? bits : Number(bits);
}

function shorten(values: Values, path: string, room: number, tell: Tell): void {
  const value = get(values, path);
  if (!(value instanceof Uint8Array) && !Array.isArray(value)) return;
  const rest = value.slice(room);
  if (rest.some((element) => Number(element) !== 0))
    tell("losses", path, rest, `there is room for ${room} elements there`);
  set(values, path, value.slice(0, room));
}
