/** Applies the diff of two versions to the measured layouts of the first. */
import { expect } from "vitest";
import type { AbiDiff } from "../../tools/abi/diff.js";
import type { FixtureMember, Measurement } from "../codecs/measurements.js";

interface Field {
  offset: number;
  size: number;
  type: string;
}

interface Struct {
  size: number;
  align: number;
  /** Fields by path from the struct. */
  readonly fields: Map<string, Field>;
}

/**
 * Structs of a measurement.
 *
 * @param signless whether to compare only widths
 */
export function structsOf({ structs, externalStructs }: Measurement, signless: boolean): Map<string, Struct> {
  return new Map(
    [...structs, ...externalStructs].map(([name, { size, align, members }]) => [
      name,
      { size, align, fields: new Map(flatten(members, signless)) },
    ]),
  );
}

function flatten(members: readonly FixtureMember[], signless: boolean, base = 0, path = ""): [string, Field][] {
  return members.flatMap(([name, offset, size, type, { dims, flexible, members: inner } = {}]): [string, Field][] => {
    const lengths = (flexible === undefined ? (dims ?? []) : [0]).map((dim) => `[${dim}]`).join("");
    const own: [string, Field][] =
      name === null ? [] : [[path + name, { offset: base + offset, size, type: plain(`${type}${lengths}`, signless) }]];
    const below = name === null ? path : `${path}${name}.`;
    return inner ? [...own, ...flatten(inner, signless, base + offset, below)] : own;
  });
}

/** The type without its explicit width, which compilers do not have. */
function plain(type: string, signless: boolean): string {
  const bare = type.replace(/ \(.*\)$/, "");
  return signless ? bare.replace(/^s(?=\d)/, "u") : bare;
}

/**
 * Applies the changes of structs.
 *
 * @param known structs that were measured in one of the versions; others cannot be patched
 */
export function patchStructs(
  structs: Map<string, Struct>,
  changes: AbiDiff["structs"],
  known: ReadonlySet<string>,
  signless: boolean,
): void {
  const patched = changes
    .filter(({ name }) => known.has(name))
    .map(({ name, changes: kinds, from, to, fields }): [string, Struct] | undefined => {
      const old = from && structs.get(from.name);
      if (from) {
        expect(old, name).toMatchObject({ size: from.size, align: from.align });
        // Removed before any is added, because names are reused.
        structs.delete(from.name);
      } else expect(kinds).toEqual(["added"]);
      const result = new Map(old?.fields);
      for (const change of fields) {
        const path = change.from?.name ?? change.field;
        const before = change.changes.includes("added") ? undefined : result.get(path);
        if (!change.changes.includes("added")) expect(before, `${name}.${path}`).toMatchObject(facts(change.from));
        result.delete(path);
      }
      for (const change of fields) {
        if (change.changes.includes("removed")) continue;
        const before = old?.fields.get(change.from?.name ?? change.field);
        result.set(change.field, { ...(change.changes.includes("added") ? {} : before), ...facts(change.to) } as Field);
      }
      if (!to) {
        expect(result.size, `fields of ${name} that were not removed`).toBe(0);
        return undefined;
      }
      return [to.name, { size: to.size, align: to.align, fields: result }];
    });
  for (const entry of patched) if (entry) structs.set(...entry);

  /** Names were already applied, and compilers do not know meanings. */
  function facts(state: Partial<Field & { name: string; meaning: string }> = {}): Partial<Field> {
    const { name: _, meaning: __, type, ...places } = state;
    return { ...places, ...(type !== undefined && { type: plain(type, signless) }) };
  }
}

export function numbersOf({ enums, defines }: Measurement): Map<string, number> {
  return new Map([...enums, ...defines]);
}

export function patchNumbers(numbers: Map<string, number>, changes: AbiDiff["constants"]): void {
  for (const { name, from, to } of changes) {
    expect(numbers.get(name), name).toBe(from);
    if (to === undefined) numbers.delete(name);
    else numbers.set(name, Number(to));
  }
}
