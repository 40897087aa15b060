/** Texts that no author of the schema would write yield problems, without crashes or endless work. */
import { describe, expect, it } from "vitest";
import type { SchemaText } from "../../generator/load/index.js";
import { compile, told } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const FILE = "schema/hostile.yaml";

/** The small schema with an additional file. */
function withFile(text: string): SchemaText[] {
  return [...SMALL_SCHEMA, { file: FILE, text }];
}

function headlines(text: string): string[] {
  return told(withFile(text)).filter((line) => line.startsWith(FILE));
}

const SECTIONS =
  "it is one of `family`, `versions`, `arches`, `families`, `constants`, `enums`, `syscalls`, `errors`, `records`, `objects`, `grammar`, `structs`";

const nested = (depth: number, indent: string, item: string) =>
  Array.from({ length: depth }, (_, level) => indent.repeat(level) + item).join("\n");

describe("a file of the schema", () => {
  it.each([
    ["is empty", "", "1:1: the file has no value: expected a mapping [bad-value]"],
    ["holds comments alone", "# nothing\n# here\n", "1:1: the file has no value: expected a mapping [bad-value]"],
    ["holds a list", "- structs\n", "1:1: the file is a list: expected a mapping [bad-value]"],
    ["holds a text", "structs\n", "1:1: the file is a text: expected a mapping [bad-value]"],
    ["holds a number", "\n\n42\n", "3:1: the file is the number `42`: expected a mapping [bad-value]"],
    ["holds a section without entries", "structs:\n", "1:1: `structs` has no value: expected a mapping [bad-value]"],
    ["has a byte order mark", "\ufeffstrcts: {}\n", "1:1: unknown key `strcts`: did you mean `structs`? [unknown-key]"],
    [
      "has a byte order mark inside",
      "structs: {}\n\ufeff",
      "2:1: the character U+FEFF is not allowed in the schema [stray-character]",
    ],
    [
      "holds a zero byte",
      "structs: {}\0\n",
      "1:12: the character U+0000 is not allowed in the schema [stray-character]",
    ],
    [
      "has a line without end",
      `# ${"x".repeat(2000)}\n`,
      "1:1: the line has more than 1000 characters: break it [long-line]",
    ],
    ["is indented by tabs", "structs:\n\tckpt_hdr:\n", "2:1: a tab in the indentation: indent with spaces [yaml]"],
    ["nests lists", "[".repeat(100), "1:100: the `[` that opens here is not closed [yaml]"],
    [
      "nests closed lists",
      `structs: ${"[".repeat(90)}${"]".repeat(90)}`,
      "1:74: nested more than 64 levels deep [notation]",
    ],
    ["nests mappings", nested(80, " ", "a:"), "66:66: nested more than 64 levels deep [notation]"],
    ["nests keys", "? ".repeat(200), "1:3: a key of the schema is a plain name [notation]"],
    ["nests mappings within keys", "{".repeat(200), "1:200: the `{` that opens here is not closed [yaml]"],
    [
      "repeats itself by aliases",
      `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghij"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[index]}`)}]`).join("\n")}\n`,
      "1:4: an anchor is not allowed in the schema: remove it [notation]",
    ],
  ])("that %s", (_, text, headline) => {
    const [first] = headlines(text);
    expect(first).toBe(`${FILE}:${headline}`);
  });

  it("may end its lines as on Windows", () => {
    const texts = SMALL_SCHEMA.map(({ file, text }) => ({ file, text: `\ufeff${text.replaceAll("\n", "\r\n")}` }));
    expect(compile(texts).problems).toEqual([]);
    expect(told(withFile("structs:\r\n  a: 1\r\n"))).toEqual([
      `${FILE}:2:6: \`a\` is the number \`1\`: expected a mapping [bad-value]`,
      "  2 |   a: 1",
      "    |      ^",
    ]);
  });

  it("of ten megabytes is not read", () => {
    const text = "structs: {}\n".repeat(900_000);
    expect(headlines(text)).toEqual([
      `${FILE}:1:1: the file has ${text.length} characters, more than 1048576: split it by subject [too-large]`,
    ]);
  });

  it("with very many problems is read once", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1`);
    const { problems } = compile(withFile(keys.join("\n")));
    expect(problems).toHaveLength(keys.length);
    expect(problems[keys.length - 1]).toMatchObject({ line: keys.length, rule: "unknown-key" });

    const again = compile(withFile(`structs:\n${"  same: 1\n".repeat(20_000)}`)).problems;
    expect(again.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      "3: duplicate key `same`, first in line 2; 19998 more keys are duplicates",
      "20001: `same` is the number `1`",
    ]);
  });

  it("does not reach JavaScript's own objects by its names", () => {
    const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
    const struct = (name: string) =>
      `  ${name}:\n    summary: A struct.\n    purpose: For tests.\n    fields:\n      ${name}: { type: u32, doc: A field. }\n`;
    const problems = compile(withFile(`structs:\n${names.map(struct).join("")}`)).problems;
    expect(problems).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "summary")).toBe(false);
    expect(headlines("__proto__: { structs: {} }\nconstructor: 1\n")).toEqual([
      `${FILE}:1:1: unknown key \`__proto__\`: ${SECTIONS} [unknown-key]`,
      `${FILE}:2:1: unknown key \`constructor\`: ${SECTIONS} [unknown-key]`,
    ]);
  });
});
