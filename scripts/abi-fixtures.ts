/**
 * Makes `test/fixtures/abi` from a directory of measured layouts (`<version>/<arch>.json` and, for structs that are defined outside the headers,
 * `extra/<name>/<arch>-<variant>.json`): one file per version with only what the tests compare.
 *
 * Usage: `npx tsx scripts/abi-fixtures.ts DIRECTORY`
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FixtureMember, FixtureStruct } from "../test/codecs/measurements.js";

interface MeasuredMember {
  readonly name: string | null;
  readonly offset: number;
  readonly size: number;
  readonly type?: string;
  readonly kind?: string;
  readonly c_type?: string;
  readonly dims?: readonly number[];
  readonly element_size?: number;
  readonly flexible?: boolean;
  readonly members?: readonly MeasuredMember[];
}

interface MeasuredStruct {
  readonly size: number;
  readonly align: number;
  readonly types_note?: string;
  readonly members: readonly MeasuredMember[];
}

interface Measured {
  readonly arch: string;
  readonly endian: "little" | "big";
  readonly pointer_bits: number;
  readonly structs: Record<string, MeasuredStruct>;
  readonly external_structs: Record<string, MeasuredStruct>;
  readonly external_constants: Record<string, { readonly value: number }>;
  readonly enums: Record<string, number>;
  readonly defines: Record<string, number>;
}

const target = fileURLToPath(new URL("../test/fixtures/abi/", import.meta.url));
const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error("usage: npx tsx scripts/abi-fixtures.ts DIRECTORY");
  process.exit(2);
}

mkdirSync(target, { recursive: true });
for (const version of folders(source).filter((name) => name !== "extra")) write(version, join(source, version));
for (const extra of folders(join(source, "extra"))) write(`extra-${extra}`, join(source, "extra", extra));

function folders(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function write(name: string, directory: string): void {
  const columns = readdirSync(directory)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file): [column: string, measured: Measured] => [
      file.slice(0, -".json".length),
      JSON.parse(readFileSync(join(directory, file), "utf8")),
    ]);
  const text = [
    `"arches": ${object(columns.map(([column, { arch, endian, pointer_bits }]) => [column, { arch, endian, pointer_bits }]))}`,
    `"structs": ${list(structs(columns, "structs"))}`,
    `"external_structs": ${list(structs(columns, "external_structs"))}`,
    `"enums": ${object(numbers(columns, ({ enums }) => enums))}`,
    `"defines": ${object(numbers(columns, ({ defines }) => defines))}`,
    `"external_constants": ${object(numbers(columns, externalConstants))}`,
  ];
  writeFileSync(join(target, `${name}.json`), `{\n${text.join(",\n")}\n}\n`);
}

/** Each distinct form of a struct once, with the architectures that have it. */
function structs(
  columns: readonly [string, Measured][],
  section: "structs" | "external_structs",
): (FixtureStruct & { readonly arches: string[] })[] {
  const forms = new Map<string, FixtureStruct & { readonly arches: string[] }>();
  for (const [column, measured] of columns)
    for (const [name, { size, align, types_note, members }] of Object.entries(measured[section])) {
      const form = {
        name,
        size,
        align,
        ...(types_note === undefined ? {} : { widths_only: true as const }),
        members: members.map(compact),
      };
      const text = JSON.stringify(form);
      const known = forms.get(text);
      if (known) known.arches.push(column);
      else forms.set(text, { ...form, arches: [column] });
    }
  return [...forms.values()];
}

function compact(member: MeasuredMember): FixtureMember {
  const { name, offset, size, type, kind, c_type, dims, element_size, flexible, members } = member;
  const more = {
    ...(c_type === undefined ? {} : { c: c_type }),
    ...(dims === undefined || flexible ? {} : { dims }),
    ...(flexible && element_size !== undefined ? { flexible: element_size } : {}),
    ...(members === undefined ? {} : { members: members.map(compact) }),
  };
  const base = [name, offset, size, type ?? kind ?? ""] as const;
  return Object.keys(more).length > 0 ? [...base, more] : base;
}

function externalConstants({ external_constants }: Measured): Record<string, number> {
  return Object.fromEntries(Object.entries(external_constants).map(([name, { value }]) => [name, value]));
}

/** A number if all architectures agree, else a number per architecture. */
function numbers(
  columns: readonly [string, Measured][],
  section: (measured: Measured) => Record<string, number>,
): [string, number | Record<string, number>][] {
  const names = [...new Set(columns.flatMap(([, measured]) => Object.keys(section(measured))))];
  return names.map((name) => {
    const values = columns.flatMap(([column, measured]): [string, number][] => {
      const value = section(measured)[name];
      return value === undefined ? [] : [[column, value]];
    });
    const [[, first]] = values as [[string, number]];
    const common = values.length === columns.length && values.every(([, value]) => value === first);
    return [name, common ? first : Object.fromEntries(values)];
  });
}

/** One entry per line, so that differences are readable. */
function list(items: readonly unknown[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
}

function object(entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n}`;
}
