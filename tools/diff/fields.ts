/** Compares two structs field by field. Versions and architectures may differ: fields are paired by path, enumerators by name. */
import type { Member, MemberValue } from "../../runtime/index.js";
import { type Sense, senseIn } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import { windowBytes } from "../image/bytes/source.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import type { FieldChange } from "./difference.js";
import { comparedMembers, leafText, leafValue, type StructAt } from "./leaves.js";
import { isEqualButReferences } from "./references.js";
import type { UnknownParts } from "./unknown.js";

export interface FieldOptions {
  /** Prefix of the path if a remark names the field, e.g. `vma`. */
  readonly of: string;
  /** Paths that are skipped: counts and lengths that follow from other data, and fields that are compared elsewhere. */
  readonly except?: ReadonlySet<string>;
}

/** Fields that both layouts have, and those that only one has. */
interface FieldPairs {
  readonly both: readonly (readonly [a: Member, b: Member])[];
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

const plans = new WeakMap<readonly Member[], WeakMap<readonly Member[], FieldPairs>>();

export function compareFields(a: StructAt, b: StructAt, unknown: UnknownParts, options: FieldOptions): FieldChange[] {
  if (isAlike(a, b)) return [];
  const plan = planOf(a, b);
  // For records with variants, fields of another variant are not applicable, rather than unknown.
  if (a.struct.entry.descriptor.key === b.struct.entry.descriptor.key) remark(plan, unknown, options);
  const values = plan.both.map(([leaf]) => leaf).map(reader(a));
  const [senseA, senseB] = [senseAt(a), senseAt(b)];
  const read = reader(b);
  const changes: FieldChange[] = [];
  for (const [i, [leafA, leafB]] of plan.both.entries()) {
    const [valueA, valueB] = [values[i], read(leafB)];
    if (valueA === undefined || valueB === undefined || options.except?.has(leafA.path)) continue;
    const one = { format: a.image.format, leaf: leafA, value: valueA };
    const other = { format: b.image.format, leaf: leafB, value: valueB };
    if (areEqual(one, other)) continue;
    // The field that decides whether it has a meaning is a difference itself.
    if (senseA(leafA) || senseB(leafB)) continue;
    changes.push({
      field: leafA.path,
      old: textOf(one),
      new: textOf(other),
    });
  }
  return changes;
}

function senseAt({ image, offset, end, struct }: StructAt): Sense {
  const length = Math.min(end - offset, struct.layout.size);
  const at = image.source.window(offset, length);
  return senseIn(struct, image.source.view, at, at + length);
}

/** Fast check for the common case: the structs are identical, apart from object numbers, which are not compared. */
function isAlike(a: StructAt, b: StructAt): boolean {
  const length = a.struct.layout.size;
  if (a.struct !== b.struct || Math.min(a.end - a.offset, b.end - b.offset) < length) return false;
  const [one, other] = [a.image.source, b.image.source];
  if (one === other) return a.offset === b.offset;
  return isEqualButReferences(windowBytes(one, a.offset, length), windowBytes(other, b.offset, length), a.struct);
}

function planOf(a: StructAt, b: StructAt): FieldPairs {
  const [leavesA, leavesB] = [a, b].map(({ struct }) => comparedMembers(struct)) as [Member[], Member[]];
  const ofA = plans.get(leavesA) ?? new WeakMap<readonly Member[], FieldPairs>();
  plans.set(leavesA, ofA);
  let plan = ofA.get(leavesB);
  if (!plan) {
    const byPath = new Map(leavesB.map((leaf) => [leaf.path, leaf]));
    const inA = new Set(leavesA.map(({ path }) => path));
    plan = {
      both: leavesA.flatMap((leaf) => {
        const other = byPath.get(leaf.path);
        return other ? [[leaf, other] as const] : [];
      }),
      onlyA: leavesA.flatMap(({ path }) => (byPath.has(path) ? [] : arrayName(path))),
      onlyB: leavesB.flatMap(({ path }) => (inA.has(path) ? [] : arrayName(path))),
    };
    ofA.set(leavesB, plan);
  }
  return plan;
}

/** Elements of an array are reported together in remarks. */
function arrayName(path: string): string {
  return path.replace(/\[\d+\]/g, "[]");
}

function remark({ onlyA, onlyB }: FieldPairs, unknown: UnknownParts, { of, except }: FieldOptions): void {
  for (const path of onlyA) if (!except?.has(path)) unknown.add("B", `${of}.${path}`);
  for (const path of onlyB) if (!except?.has(path)) unknown.add("A", `${of}.${path}`);
}

function reader({ image, offset, end, struct }: StructAt): (leaf: Member) => MemberValue | undefined {
  const { format, source } = image;
  const length = Math.min(end - offset, struct.layout.size);
  const at = source.window(offset, length);
  const { view } = source;
  return (leaf) => leafValue(format, leaf, view, at, at + length);
}

/** The value of a field in one of the images. */
interface Reading<Value = MemberValue> {
  readonly format: ImageFormat;
  readonly leaf: Member;
  readonly value: Value;
}

function textOf({ format, leaf, value }: Reading): string {
  return leafText(format, leaf, value);
}

function areEqual(one: Reading, other: Reading): boolean {
  if (isNumber(one) && isNumber(other)) return isSameNumber(one, other);
  if (typeof one.value === "string" || typeof other.value === "string") return one.value === other.value;
  return textOf(one) === textOf(other);
}

function isNumber(reading: Reading): reading is Reading<number | bigint> {
  return typeof reading.value === "number" || typeof reading.value === "bigint";
}

function isSameNumber(one: Reading<number | bigint>, other: Reading<number | bigint>): boolean {
  const [a, b] = [one.value, other.value];
  const [abiA, abiB] = [one.format.abi, other.format.abi];
  if (abiA !== abiB) {
    // If the field has different meanings in the two versions, only the numbers are compared.
    const enumName = one.leaf.meaning.enum;
    if (enumName !== undefined && enumName === other.leaf.meaning.enum) {
      const [nameA, nameB] = [enumeratorName(abiA, enumName, a), enumeratorName(abiB, enumName, b)];
      if (nameA !== undefined && nameB !== undefined) return nameA === nameB;
    }
    const flags = one.leaf.meaning.flags;
    if (flags !== undefined && flags === other.leaf.meaning.flags) {
      const [bitsA, bitsB] = [bitNames(abiA, flags, a), bitNames(abiB, flags, b)];
      return bitsA.rest === bitsB.rest && bitsA.names.join() === bitsB.names.join();
    }
  }
  if (typeof a === typeof b && a === b) return true;
  const [bigA, bigB] = [BigInt(a), BigInt(b)];
  // One version has the field signed, the other unsigned.
  const width = Math.min(one.leaf.size, other.leaf.size) * 8;
  return bigA === bigB || ((bigA < 0n || bigB < 0n) && BigInt.asUintN(width, bigA) === BigInt.asUintN(width, bigB));
}
