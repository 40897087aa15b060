/** Several units in one run: each is compiled separately, and all are emitted or none. */
import { describe, expect, it } from "vitest";
import type { SchemaText } from "../../generator/load/index.js";
import { UNITS, unitOf } from "../../generator/units.js";
import { compile, edited, realSchema, told } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

/** Structs of a foreign unit for two word sizes: no records and no grammar, but a hole and another order without acknowledgement. */
const STRUCTS_ALONE: readonly SchemaText[] = [
  {
    file: "schema/elf/abi.yaml",
    text: `\
versions:
  v1: { date: 2012-01-01, evidence: Made up for tests., summary: The only one. }
arches:
  tiny32: { family: tiny, bits: 32, endian: little, align64: 4, versions: [v1, v1], page_sizes: [4096], doc: Small. }
  tiny64: { family: tiny, bits: 64, endian: little, align64: 8, versions: [v1, v1], page_sizes: [4096], doc: Big. }
families:
  tiny: { doc: Both machines. }
`,
  },
  {
    file: "schema/elf/structs/foreign.yaml",
    text: `\
structs:
  elf_thing:
    summary: A thing of others.
    purpose: A debugger shows it.
    order: { tiny32: [size, kind, flags], else: default }
    fields:
      kind: { type: u16, doc: What it is. }
      flags: { type: u32, doc: Bits of it. }
      size: { type: { tiny64: u64, tiny32: u32 }, doc: How big it is. }
`,
  },
];

const BOTH = [...SMALL_SCHEMA, ...STRUCTS_ALONE];

describe("units", () => {
  it("are told apart by folder, the innermost counts", () => {
    expect(unitOf("schema/structs/files.yaml")?.name).toBe("image");
    expect(unitOf("schema/elf/structs/file.yaml")?.name).toBe("elf");
    expect(unitOf("schema/elf.yaml")?.name).toBe("image");
    expect(unitOf("elsewhere/abi.yaml")).toBeUndefined();
  });

  it("do not change what becomes of each other", () => {
    const alone = compile(SMALL_SCHEMA);
    const both = compile(BOTH);
    expect(both.problems).toEqual([]);
    expect([...both.files].filter(([path]) => !path.startsWith("generated/elf/"))).toEqual([...alone.files]);
    expect(both.units.map(({ name, structs, abis }) => [name, structs, abis])).toEqual([
      ["image", 5, 4],
      ["elf", 1, 2],
    ]);
  });

  it("have what their table says", () => {
    const folders = [...compile(STRUCTS_ALONE).files.keys()].map((path) => path.split("/").slice(0, 3).join("/"));
    expect([...new Set(folders)].sort()).toEqual(["generated/elf/c", "generated/elf/codecs"]);
  });

  it("find the runtime from where they are, and name no page that there is not", () => {
    const { files } = compile(STRUCTS_ALONE);
    const descriptor = files.get("generated/elf/codecs/descriptors/elf_thing.ts");
    expect(descriptor).toContain('from "../../../../runtime/descriptor.js"');
    expect(descriptor).toContain('page: ""');
    expect(files.get("generated/elf/codecs/v1/tiny32.ts")).toContain('from "../../../../runtime/target.js"');
    expect(files.get("generated/elf/codecs/structs/elf_thing.ts")).not.toContain("Reference:");
  });

  it("of others are not judged by the rules of a good layout, and may order fields by architecture", () => {
    const { files } = compile(STRUCTS_ALONE);
    const header = files.get("generated/elf/c/v1.h") ?? "";
    const members = [...header.matchAll(/struct elf_thing \{\n(.*?)\}/gs)].map(([, body = ""]) =>
      [...body.matchAll(/(\w+) (\w+);/g)].map(([, type, name]) => `${type} ${name}`),
    );
    expect(members).toEqual([
      ["uint32_t size", "uint16_t kind", "uint32_t flags"],
      ["uint16_t kind", "uint32_t flags", "ckpt_abi_u64 size"],
    ]);
  });

  it("tell of a wrong order on one architecture", () => {
    expect(told(edited(BOTH, ["elf/structs/foreign.yaml", "[size, kind, flags]", "[size, kind, flag]"]))).toEqual([
      "schema/elf/structs/foreign.yaml:5:35: unknown field `flag` of elf_thing: did you mean `flags`? [unknown-field]",
      "  5 |     order: { tiny32: [size, kind, flag], else: default }",
      "    |                                   ^",
    ]);
  });

  it("tell their problems together, and then nothing is emitted of either", () => {
    const { problems, files } = compile(
      edited(
        BOTH,
        ["structs.yaml", "arch_id: { type: u32", "arch_id: { type: u46"],
        ["elf/structs/foreign.yaml", "flags: { type: u32", "flags: { type: ckpt_hdr"],
      ),
    );
    expect(problems.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      "schema/elf/structs/foreign.yaml unknown-type",
      "schema/structs.yaml unknown-type",
    ]);
    expect(files.size).toBe(0);
  });

  it("need a grammar only for records", () => {
    const [first] = told(SMALL_SCHEMA.filter(({ file }) => file !== "schema/grammar.yaml"));
    expect(first).toBe("schema/abi.yaml:1:1: no file of the schema has `grammar` [missing-section]");
  });
});

it("every unit of the project has files", () => {
  const files = realSchema().map(({ file }) => file);
  for (const unit of UNITS) expect(files.filter((file) => unitOf(file) === unit).length, unit.name).toBeGreaterThan(1);
});
