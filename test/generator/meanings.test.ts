/** The meaning of a field can change between versions and differ between architectures: all outputs state what holds where. */
import { describe, expect, it } from "vitest";
import { compareSides } from "../../generator/compare/index.js";
import { readSide } from "../../generator/compare/view.js";
import { layOut } from "../../generator/layout.js";
import { load, type SchemaText } from "../../generator/load/index.js";
import { resolve } from "../../generator/resolve/index.js";
import { compile, edited, JSON_SCHEMA, told } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

/** `objref` is a number in v1 and refers to an object later; `color` has another unit on each architecture. */
const CHANGING = edited(
  edited(SMALL_SCHEMA, [
    "structs.yaml",
    "objref: { type: s32, refers: BOX, doc: The box that it lies in. }",
    "objref: { type: s32, refers: { v2: BOX }, format: { v1: octal, v2: absent }, const: { v2: 7 }, doc: { v1: The number of the box., v2: The box that it lies in. } }",
  ]),
  [
    "structs.yaml",
    "weight: { type: u64, since: v2, unit: bytes,",
    "weight: { type: u64, since: v2, unit: { tiny32: words, tiny64: { v1: pages, v2: bytes } },",
  ],
);

describe("a history of a property", () => {
  const { files, problems } = compile(CHANGING);
  const text = (path: string) => files.get(path) ?? "";

  it("is taken", () => {
    expect(problems).toEqual([]);
  });

  it("is in the descriptor as values that vary", () => {
    const descriptor = text("generated/codecs/descriptors/ckpt_hdr_thing.ts");
    const { objref, weight, color } = new Function(`return ${/= (\{[\s\S]*\});/.exec(descriptor)?.[1]}`)().fields;
    expect(objref.meaning).toEqual([
      ["v1", { doc: "The number of the box.", format: "octal" }],
      ["v2", { doc: "The box that it lies in.", const: 7, refers: ["BOX"] }],
    ]);
    expect(weight.meaning).toEqual({
      tiny32: [["v2", { doc: "How heavy it is.", unit: "words" }]],
      tiny64: [["v2", { doc: "How heavy it is.", unit: "bytes" }]],
    });
    expect(color.meaning).toEqual([["v1", { doc: "How it looks.", enum: "color" }]]);
  });

  it("is told in doc comments: of each version its own, of all together from which version on", () => {
    const module = text("generated/codecs/structs/ckpt_hdr_thing.ts");
    expect(module).toContain(
      "`__s32`: The number of the box. From v2 on: The box that it lies in. Number of an object of type BOX. */",
    );
    expect(module).toMatch(/CkptHdrThing_v1 extends [\s\S]*?\/\*\* `__s32`: The number of the box\. \*\//);
    expect(module).toMatch(
      /CkptHdrThing_v2\w* extends [\s\S]*?`__s32`: The box that it lies in\. Number of an object of type BOX\. \*\//,
    );
    expect(module).toContain("On tiny32: How heavy it is. In words. Since v2.");
  });

  it("is told on the page of the struct, and by formats of each version its own", () => {
    const page = text("generated/reference/structs/ckpt_hdr_thing.md");
    const rows = page.split("\n").filter((line) => line.includes("`objref` |"));
    expect(rows.filter((row) => row.includes("The number of the box. Shown as: octal.")).length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.includes("The box that it lies in. Number of")).length).toBeGreaterThan(0);
    expect(rows.some((row) => row.includes("The number of the box.") && row.includes("The box that"))).toBe(false);
    expect(text("generated/kaitai/ckpt_v1.ksy")).toContain("The number of the box.");
    expect(text("generated/kaitai/ckpt_v1.ksy")).not.toContain("The box that it lies in.");
    expect(text("generated/kaitai/ckpt_v2.ksy")).toContain("The box that it lies in.");
    expect(text("generated/imhex/ckpt_v2.hexpat")).not.toContain("The number of the box.");
    expect(text("generated/json-schema/ckpt-text-v1.schema.json")).not.toContain("The box that it lies in.");
  });

  it("is among the changes of the version", () => {
    expect(text("generated/reference/versions/v2.md")).toContain("new meaning: The box that it lies in.");
  });
});

describe("a meaning in a model", () => {
  const { model, structs } = resolve(load(CHANGING, JSON_SCHEMA).documents);
  layOut(model, structs);
  const thing = model.structs.find(({ key }) => key === "ckpt_hdr_thing");
  const field = thing?.fields.find(({ key }) => key === "objref");
  const at = (name: string) => model.abis.find((abi) => abi.name === name) as (typeof model.abis)[number];

  it("is one object wherever it is the same", () => {
    expect(field?.meanings.at(at("v2/tiny32"))).toBe(field?.meanings.at(at("v2/tiny64")));
    expect(field?.meanings.at(at("v1/tiny32"))).not.toBe(field?.meanings.at(at("v2/tiny32")));
    expect(field?.meanings.at(at("v1/tiny32"))).toEqual({
      doc: "The number of the box.",
      format: "octal",
      refers: [],
      reserved: false,
      private: false,
    });
  });
});

describe("a change of a meaning under a released version", () => {
  const side = (texts: readonly SchemaText[]) => {
    const read = readSide(texts, JSON_SCHEMA);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    return read.side;
  };

  it("is found in the versions that it concerns", () => {
    const { findings } = compareSides(side(SMALL_SCHEMA), side(CHANGING));
    const found = findings
      .filter(({ change }) => change.subject.endsWith(".objref"))
      .map(({ effect, change, abis }) => [
        effect,
        change.kind,
        change.detail ?? change.to,
        abis.map(({ name }) => name),
      ]);
    expect(found).toEqual([
      [
        "documentation",
        "documentation",
        "doc reworded, format none → octal, refers BOX → none",
        ["v1/tiny32", "v1/tiny64"],
      ],
      ["images", "member-const", "7", ["v2/tiny32", "v2/tiny64"]],
    ]);
  });
});

describe("a mistake in a history", () => {
  const field = "objref: { type: s32, refers: BOX, doc: The box that it lies in. }";
  const wrong = (now: string) => told(edited(SMALL_SCHEMA, ["structs.yaml", field, `objref: ${now}`]))[0];

  it.each([
    [
      "documentation that begins late",
      "{ type: s32, doc: { v2: The box that it lies in. } }",
      "schema/structs.yaml:23:28: `objref` has no `doc` in v1/tiny32: begin the history with the first version that has the field [undocumented]",
    ],
    [
      "an unknown enumeration",
      "{ type: s32, enum: { v2: colour }, doc: The box. }",
      "schema/structs.yaml:23:40: unknown enum `colour`: did you mean `color`? [unknown-enum]",
    ],
    [
      "an unknown object type",
      "{ type: s32, refers: { v2: [BOX, BAX] }, doc: The box. }",
      "schema/structs.yaml:23:48: unknown object type `BAX`: did you mean `BOX`? [unknown-object]",
    ],
    [
      "an unknown version",
      "{ type: s32, unit: { v1: bytes, v3: pages }, doc: The box. }",
      "schema/structs.yaml:23:47: unknown version `v3`: did you mean `v1`? [unknown-version]",
    ],
    [
      "an unknown unit",
      "{ type: s32, unit: { v1: bytes, v2: page }, doc: The box. }",
      "schema/structs.yaml:23:51: `page` is not a value of `unit`: did you mean `pages`? [bad-value]",
    ],
    [
      "a number that does not fit",
      "{ type: s32, const: { v1: 1, v2: 0x80000000 }, doc: The box. }",
      "schema/structs.yaml:23:48: 2147483648 does not fit the type `s32` [bad-value]",
    ],
  ])("%s", (_, now, message) => {
    expect(wrong(now)).toBe(message);
  });

  it("an object type that the version does not have", () => {
    const late = edited(SMALL_SCHEMA, [
      "records.yaml",
      "BOX: { number: 1, principal",
      "BOX: { number: { v2: 1 }, principal",
    ]);
    expect(told(late)[0]).toBe(
      "schema/structs.yaml:23:28: `objref` refers to BOX, which v1 does not have: write a history: from which version on it refers to what [missing-object-type]",
    );
  });
});
