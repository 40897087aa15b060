/** Our descriptions of CRIU's messages, against those in CRIU's own library. */
import { readdirSync } from "node:fs";
import { type DescEnum, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, it } from "vitest";
import { criuLibrary, hasCrit } from "./crit.js";

/** Prints messages with name, number, label and type of each field, and enumerations, of all modules of the library. */
const PRINT = `
import glob, importlib, json, os
import pycriu.images
types = {}
for path in glob.glob(os.path.join(os.path.dirname(pycriu.images.__file__), "*_pb2.py")):
    name = os.path.basename(path)[:-3]
    module = importlib.import_module("pycriu.images." + name).DESCRIPTOR
    for m in module.message_types_by_name.values():
        types[m.full_name] = {f.name: [f.number, f.label, f.type, (f.message_type or f.enum_type).full_name if (f.message_type or f.enum_type) else None] for f in m.fields}
        for e in m.enum_types:
            types[e.full_name] = {v.name: v.number for v in e.values}
    for e in module.enum_types_by_name.values():
        types[e.full_name] = {v.name: v.number for v in e.values}
print(json.dumps(types))
`;

type Field = readonly [number: number, label: number, type: number, of: string | null];
type Types = Readonly<Record<string, Readonly<Record<string, Field | number>>>>;

const LABELS = { optional: 1, required: 2, repeated: 3 };
const TYPES = { message: 11, enum: 14 };
const STRING = 9;

/** Fields that CRIU 4.2 has renamed: field 2 was `nr_pages`, which is now field 5. */
const SINCE = new Set(["pagemap_entry.compat_nr_pages", "pagemap_entry.nr_pages"]);

/** Messages of CRIU 4.2 that its library of Debian 12, version 3.17.1, does not have. */
const NEWER = new Set(["user_x86_cet_entry", "plugins_entry", "tcp_opts_entry"]);

const folder = new URL("../../generated/criu/", import.meta.url);
const files = await Promise.all(
  readdirSync(folder).map(async (name) => {
    const module = (await import(new URL(name, folder).href)) as Record<string, object>;
    return Object.values(module).flatMap((value) => ((value as DescFile).kind === "file" ? [value as DescFile] : []));
  }),
);
const messages = files.flat().flatMap((file) => [...file.messages]);
const enums = files.flat().flatMap((file) => [...file.enums, ...file.messages.flatMap((one) => [...one.nestedEnums])]);
const named = ({ typeName }: DescMessage | DescEnum) => typeName.replace(/^criu\./, "");

describe.skipIf(!hasCrit)("messages as CRIU's library has them", () => {
  let types: Types;
  beforeAll(() => {
    types = criuLibrary(PRINT) as Types;
  });

  it("are all of ours", () => {
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.map(named).filter((name) => !(name in types) && !NEWER.has(name))).toEqual([]);
  });

  it.each(messages.map((message) => [named(message), message] as const))("%s", (name, message) => {
    const theirs = types[name] ?? {};
    const known = message.fields.filter((field) => field.name in theirs && !SINCE.has(`${name}.${field.name}`));
    expect(Object.fromEntries(known.map((field) => [field.name, fieldOf(field)]))).toEqual(
      Object.fromEntries(known.map((field) => [field.name, asBytes(theirs[field.name] as Field)])),
    );
    // Numbers that are in use are in use for the same thing.
    const numbers = new Map(Object.entries(theirs).map(([key, value]) => [(value as Field)[0], key]));
    for (const field of message.fields)
      if (!SINCE.has(`${name}.${field.name}`)) expect(numbers.get(field.number) ?? field.name).toBe(field.name);
  });

  it.each(enums.map((one) => [named(one), one] as const))("%s", (name, one) => {
    const ours = Object.fromEntries(one.values.map((value) => [value.name, value.number]));
    expect(ours).toMatchObject(types[name] ?? {});
  });
});

function fieldOf(field: DescMessage["fields"][number]): Field {
  const required = field.presence === 3;
  const label = field.fieldKind === "list" ? LABELS.repeated : required ? LABELS.required : LABELS.optional;
  const element = field.fieldKind === "list" ? field.listKind : field.fieldKind;
  if (element === "message") return [field.number, label, TYPES.message, named(field.message as DescMessage)];
  if (element === "enum") return [field.number, label, TYPES.enum, named(field.enum as DescEnum)];
  return [field.number, label, field.scalar as ScalarType, null];
}

/** Texts are bytes in our descriptions, because the kernel allows any in names and paths. */
function asBytes([number, label, type, of]: Field): Field {
  return [number, label, type === STRING ? ScalarType.BYTES : type, of];
}
