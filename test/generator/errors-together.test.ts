/** Several mistakes at once: each is reported once, in order, without consequences of others. */
import { describe, expect, it } from "vitest";
import { MANIFEST, type Manifest } from "../../generator/manifest.js";
import { compile, type Edit, edited } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

/** `file:line:column rule` of each problem. */
function places(...edits: readonly Edit[]): string[] {
  return compile(edited(SMALL_SCHEMA, ...edits)).problems.map(
    ({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`,
  );
}

const SYNTAX: Edit = ["records.yaml", "number: 5", "number: [5"];
const FORM: Edit = ["enums.yaml", "RED: { value: 1,", "RED: { valeu: 1,"];
const NAME: Edit = ["grammar.yaml", "- rule: thing", "- rule: things"];
const TYPE: Edit = ["structs.yaml", "arch_id: { type: u32", "arch_id: { type: u46"];
const PADDING: Edit = ["structs.yaml", "_pad: { type: u32", "_pad: { type: u16"];
const NUMBER: Edit = ["records.yaml", "number: 2", "number: 1"];

describe("several mistakes", () => {
  it("are told together, in the order of files and lines, whatever step finds them", () => {
    expect(places(FORM, NAME, TYPE, PADDING, NUMBER)).toEqual([
      "schema/enums.yaml:18:14 unknown-key",
      "schema/grammar.yaml:9:17 unknown-rule",
      "schema/records.yaml:3:20 duplicate-number",
      "schema/structs.yaml:13:24 unknown-type",
      "schema/structs.yaml:32:7 implicit-padding",
    ]);
  });

  it("are told together in one struct", () => {
    expect(places(["structs.yaml", "unit: bytes, doc: How", "unit: byte, doc: How"], TYPE)).toEqual([
      "schema/structs.yaml:13:24 unknown-type",
      "schema/structs.yaml:25:45 bad-value",
    ]);
    expect(
      places(
        ["structs.yaml", "enum: color", "enum: colour"],
        ["structs.yaml", "start: { type: u64", "start: { type: u46"],
      ),
    ).toEqual(["schema/structs.yaml:21:22 unknown-type", "schema/structs.yaml:22:33 unknown-enum"]);
  });

  it("of the same words are each told", () => {
    expect(
      places(
        ["structs.yaml", "start: { type: u64", "start: { type: u46"],
        ["structs.yaml", "weight: { type: u64", "weight: { type: u46"],
      ),
    ).toEqual(["schema/structs.yaml:21:22 unknown-type", "schema/structs.yaml:25:23 unknown-type"]);
  });

  it("do not include names that a file which cannot be read may hold", () => {
    expect(places(SYNTAX)).toEqual(["schema/records.yaml:5:21 yaml"]);
    expect(places(["abi.yaml", "versions:", "versions: {"])).toEqual(["schema/abi.yaml:3:3 yaml"]);
    expect(places(SYNTAX, FORM, PADDING)).toEqual([
      "schema/enums.yaml:18:14 unknown-key",
      "schema/records.yaml:5:21 yaml",
    ]);
  });

  it("do not include the name of something whose form is wrong", () => {
    expect(places(["structs.yaml", "    summary: A place in a box.\n", "    summary: 5\n"])).toEqual([
      "schema/structs.yaml:35:14 bad-value",
    ]);
    expect(places(["records.yaml", "HEADER: { number: 1", "HEADER: { nubmer: 1"])).toEqual([
      "schema/records.yaml:2:13 unknown-key",
    ]);
    expect(places(["abi.yaml", "value: 8", "value: eight"])).toEqual(["schema/abi.yaml:26:22 bad-value"]);
  });

  it("do not include the layout of a struct whose members are not known, nor of one that contains it", () => {
    expect(places(["structs.yaml", "len: { type: u32", "len: { type: u23"])).toEqual([
      "schema/structs.yaml:7:20 unknown-type",
    ]);
    expect(places(["structs.yaml", "len: { type: u32,", "len: { tpye: u32,"])).toEqual([
      "schema/structs.yaml:7:14 unknown-key",
    ]);
  });

  it("do not include what follows from a life that is not clear", () => {
    expect(
      places(["structs.yaml", "    summary: A place in a box.", "    since: v3\n    summary: A place in a box."]),
    ).toEqual(["schema/structs.yaml:35:12 unknown-version"]);
    expect(places(["abi.yaml", "  v1: {", "  v0: {"])).toEqual([
      "schema/abi.yaml:10:16 unknown-version",
      "schema/abi.yaml:19:16 unknown-version",
      "schema/records.yaml:4:20 unknown-version",
      "schema/structs.yaml:18:14 unknown-version",
    ]);
  });

  describe("after a release", () => {
    const manifest = JSON.parse(compile(SMALL_SCHEMA).files.get(MANIFEST) ?? "") as Manifest;
    const since = (...edits: readonly Edit[]) =>
      compile(edited(SMALL_SCHEMA, ...edits), manifest).problems.map(({ rule, message }) => `${rule}: ${message}`);
    const GONE: Edit = ["structs.yaml", "      size: { type: u32, unit: bytes, doc: Its size. }\n", ""];

    it("include a field that has vanished", () => {
      expect(since(GONE)).toEqual(["vanished-field: `size` was removed from ckpt_place in v1/tiny32, which had it"]);
    });

    it("do not include what could not be read as vanished", () => {
      expect(since(["structs.yaml", "size: { type: u32", "size: { tpye: u32"])).toEqual([
        "unknown-key: unknown key `tpye`",
      ]);
      expect(since(["structs.yaml", "size: { type: u32", "size: { type: u23"])).toEqual([
        "unknown-type: unknown type `u23`",
      ]);
    });
  });
});
