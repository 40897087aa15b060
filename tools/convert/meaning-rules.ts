/**
 * Conversion of values whose meaning changes between two adjacent versions although the field stays: another fixed value, renumbered enumerators or
 * flags, numbers of other objects, other units. A value that the other side would misinterpret is an obstacle, unless a step changes it and lists the
 * field in its `meanings`.
 */

import type { FieldMeaning, Member } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { FieldRule, Tell } from "./field-rule.js";
import { get, isSame, isZero, set } from "./values.js";

/**
 * Rules for a field whose meaning changes.
 *
 * @param isSettled whether a step changes the value because the meaning changes
 */
export function meaningRules(
  { path, meaning }: Member,
  { meaning: other }: Member,
  before: ImageFormat,
  after: ImageFormat,
  isSettled: boolean,
): FieldRule[] {
  const change: MeaningPair = { path, meaning, other, before, after };
  const rules = [fixed, reserved, ...(isSettled ? [] : [referring, unitRule, enumerated, flagged]), uncertain];
  return rules.flatMap((rule) => rule(change) ?? []);
}

/** A field whose meaning may differ on the other side. */
interface MeaningPair {
  readonly path: string;
  readonly meaning: FieldMeaning;
  readonly other: FieldMeaning;
  readonly before: ImageFormat;
  readonly after: ImageFormat;
}

type Integer = number | bigint;

/**
 * A rule that applies `change` to the number of a field, or to each number of an array. If it returns undefined, the number stays.
 *
 * @param isHit whether `change` does anything with a number; omitted if it always may
 */
function ofNumbers(
  path: string,
  change: (value: Integer, place: string, tell: Tell) => Integer | undefined,
  isHit?: (value: Integer) => boolean,
): FieldRule {
  const changed = (value: unknown, place: string, tell: Tell) => {
    if (typeof value !== "number" && typeof value !== "bigint") return undefined;
    const made = change(value, place, tell);
    return made === undefined || typeof made === typeof value
      ? made
      : typeof value === "bigint"
        ? BigInt(made)
        : Number(made);
  };
  const rule: FieldRule = (values, tell) => {
    const value = get(values, path);
    if (!Array.isArray(value)) {
      const made = changed(value, path, tell);
      if (made !== undefined) set(values, path, made);
    } else if (value.some((element) => typeof element !== "object"))
      set(
        values,
        path,
        value.map((element, i) => changed(element, `${path}[${i}]`, tell) ?? element),
      );
  };
  return isHit ? Object.assign(rule, { trigger: { path, isHit } }) : rule;
}

/**
 * Rule for a field that has a fixed value on the other side. A value that differs from the fixed value of this side is kept; it is reported as a
 * repair if it equals the fixed value of the other side, because the way back will take it for correct. If this side has no fixed value, another
 * value is lost.
 */
function fixed({ path, meaning, other, after }: MeaningPair): FieldRule | undefined {
  const was = meaning.const;
  const now = other.const;
  if (now === undefined || (was !== undefined && isSame(was, now))) return undefined;
  return ofNumbers(path, (value, place, tell) => {
    if (isSame(value, was ?? now)) return now;
    if (was === undefined) {
      const why = `in ${after.abi.target.version} the field is always ${now}`;
      tell(meaning.reserved ? "leftovers" : "losses", place, value, why);
      return now;
    }
    if (isSame(value, now)) tell("repairs", place, value, `it is not ${was}, and right in the other version`);
    return undefined;
  });
}

/** Rule for a field that is reserved on only one side. */
function reserved({ path, meaning, other, after }: MeaningPair): FieldRule | undefined {
  if (meaning.reserved === other.reserved || other.const !== undefined) return undefined;
  const { version } = after.abi.target;
  return ofNumbers(path, (value, place, tell) => {
    if (isZero(value)) return undefined;
    if (meaning.reserved) tell("leftovers", place, value, `in ${version} the field means something`);
    else tell("losses", place, value, `in ${version} the field means nothing`);
    return 0;
  });
}

/** Rule for object numbers that refer to other object types on the other side, or are plain numbers there. */
function referring({ path, meaning, other, after }: MeaningPair): FieldRule | undefined {
  const [types = [], others = []] = [meaning.refers, other.refers];
  if (types.length === 0 ? others.length === 0 : types.every((type) => others.includes(type))) return undefined;
  const what = (types: readonly string[]) =>
    types.length > 0 ? `the number of ${types.join(" or ")}` : "a plain number";
  const why = `in ${after.abi.target.version} the field holds ${what(others)}, not ${what(types)}, and no step of the converter changes it`;
  return ofNumbers(path, (value, place, tell) => {
    if (value > 0) tell("obstacles", place, value, why);
    return undefined;
  });
}

function unitRule({ path, meaning: { unit }, other: { unit: there }, after }: MeaningPair): FieldRule | undefined {
  if (unit === undefined || there === undefined || unit === there) return undefined;
  const why = `${after.abi.target.version} counts in ${there}, not in ${unit}, and no step of the converter changes it`;
  return ofNumbers(path, (value, place, tell) => {
    if (!isZero(value)) tell("obstacles", place, value, why);
    return undefined;
  });
}

/** Rule for enumerators that have another number on the other side, or none. */
function enumerated({ path, meaning, other, before, after }: MeaningPair): FieldRule | undefined {
  if (meaning.enum !== other.enum) return ofAnotherList(path, meaning.enum, other.enum, after);
  const numbers = meaning.enum === undefined ? undefined : movedEnumerators(meaning.enum, before, after);
  if (!numbers || numbers.size === 0) return undefined;
  const change = (value: Integer, place: string, tell: Tell) => {
    const moved = numbers.get(Number(value));
    if (typeof moved !== "string") return moved;
    tell("obstacles", place, value, moved);
    return undefined;
  };
  return ofNumbers(path, change, (value) => numbers.has(Number(value)));
}

/** Rule for flags that have another bit on the other side, or none. */
function flagged({ path, meaning, other, before, after }: MeaningPair): FieldRule | undefined {
  if (meaning.flags !== other.flags) return ofAnotherList(path, meaning.flags, other.flags, after);
  const numbers = meaning.flags === undefined ? undefined : movedEnumerators(meaning.flags, before, after);
  if (!numbers || numbers.size === 0) return undefined;
  const isMask = meaning.flags !== undefined && before.abi.enumEntry(meaning.flags)?.bits === true;
  const maskOf = (number: number) => (isMask ? BigInt(number) : 1n << BigInt(number));
  const isFlag = (mask: bigint) => mask > 0n && (mask & (mask - 1n)) === 0n;
  // Names of several bits move with each of their bits.
  const masks = [...numbers]
    .map(([number, moved]) => [maskOf(number), moved] as const)
    .filter(([mask]) => isFlag(mask));
  return ofNumbers(path, (value, place, tell) => {
    const old = BigInt(value);
    let made = old;
    for (const [mask, moved] of masks) if ((old & mask) !== 0n && typeof moved === "number") made &= ~mask;
    for (const [mask, moved] of masks)
      if ((old & mask) === 0n) continue;
      else if (typeof moved === "number") made |= maskOf(moved);
      else tell("obstacles", place, value, moved);
    return made;
  });
}

function ofAnotherList(
  path: string,
  name: string | undefined,
  other: string | undefined,
  after: ImageFormat,
): FieldRule {
  const what = (list: string | undefined) => (list === undefined ? "a plain number" : `one of ${list}`);
  const why = `in ${after.abi.target.version} the field holds ${what(other)}, not ${what(name)}, and no step of the converter changes it`;
  return ofNumbers(path, (value, place, tell) => {
    tell("obstacles", place, value, why);
    return undefined;
  });
}

/** For each number that changes, its number on the other side, or the reason why it has none. Numbers not in the map stay. */
function movedEnumerators(name: string, before: ImageFormat, after: ImageFormat): Map<number, number | string> {
  const moved = new Map<number, number | string>();
  // The architecture of an image does not change; record and object types are written by name.
  if (["arch_id", "record_type", "obj_type"].includes(name)) return moved;
  const { values = [] } = before.abi.enumEntry(name) ?? {};
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
  // If the headers of a version lack the list, the meaning of its numbers is not known.
  if (known.size === 0 || taken.size === 0) return new Map();
  // A number without meaning here must not get one there.
  for (const [number, enumerator] of taken)
    if (!known.has(number)) moved.set(number, `in ${after.abi.target.version} the number means ${enumerator}`);
  return moved;
}

/** Rule for a field whose meaning is not documented for one side, where its value may mean something else. */
function uncertain({ path, meaning, other, before, after }: MeaningPair): FieldRule | undefined {
  const isUncertain = other.confidence === "unknown";
  if (isUncertain === (meaning.confidence === "unknown")) return undefined;
  const { version } = (isUncertain ? after : before).abi.target;
  const why = `what the field means in ${version} is not known for certain; it is taken to mean the same`;
  return ofNumbers(path, (value, place, tell) => {
    if (!isZero(value)) tell("notes", place, value, why);
    return undefined;
  });
}
