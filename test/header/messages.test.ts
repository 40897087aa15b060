/** Messages about any error in headers or schema are meaningful: no `undefined`, no empty name, no empty line of code. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BrokenHeader } from "../../generator/header/broken.js";
import { importHeaders } from "../../generator/header/import/index.js";
import { report, reportLines } from "../../generator/header/report.js";
import { findHeaders } from "../../generator/header/sources.js";
import { formatProblem } from "../../generator/problem.js";
import { readSchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";
import { madeUp, NEWEST } from "./made-up.js";
import { compare, madeFiles, PROJECT, temporary, tree } from "./project.js";

/** Patterns that no message may contain. Frames are `12 | code`, with a caret below. */
const EMPTY = [/\bundefined\b|\bNaN\b|\[object |\bnull\b/, /``|` `|""|: ?:|: *$|\(\)|\[\]/, /^ {2}\d+ \| *$/m] as const;

function expectWords(text: string): void {
  // Quoted code and names may contain anything; only the text around them is checked.
  const [sentence = "", ...frame] = text.split("\n");
  for (const pattern of EMPTY.slice(0, 2)) expect(sentence.replace(/`[^`]+`/g, "X"), text).not.toMatch(pattern);
  for (const line of frame) expect(line, text).not.toMatch(EMPTY[2]);
  expect(sentence, text).toMatch(/^\S.*:\d+:\d+: \S/);
}

/** The error message, or the report when there is no error. */
function told(make: () => string[]): void {
  try {
    for (const line of make()) expect(line.trim(), line).not.toMatch(/\bundefined\b|\bNaN\b|\[object |``|\bnull\b/);
  } catch (error) {
    if (!(error instanceof BrokenHeader)) throw error;
    expectWords(formatProblem(error.problem));
  }
}

const text = madeFiles("v21").get("include/linux/checkpoint_hdr.h") as string;
/** Words, white space and punctuation as separate pieces. */
const pieces = text.match(/\w+|\s+|[^\w\s]/g) as string[];

const mutation = fc.record({
  at: fc.nat(pieces.length - 1),
  kind: fc.constantFrom("drop", "double", "swap", "insert"),
  other: fc.nat(pieces.length - 1),
  word: fc.constantFrom(
    ..."struct union enum { } ( ) [ ] ; , : * = # ## typedef packed __packed __aligned(8) __attribute__((aligned)) __attribute__(( _Alignas(3) :3 []".split(
      " ",
    ),
    ..."[0] [-1] [X] __u64 unsigned long double void foo foo() sizeof sizeof(foo) 0x 09 1.5 'a '' \"\" 1/0 ~ ? _Static_assert typeof(1) @ é $".split(
      " ",
    ),
    ..."\n#if\n|\n#if 1+\n|\n#else\n|\n#endif\n|\n#define\n|\n#define X(\n|\n#define X(a) a\nX(\n|\n#error\n|\n#include\n|\n#pragma pack\n|\n#foo\n|/*|\\\n".split(
      "|",
    ),
  ),
});

function mutated(list: readonly { at: number; kind: string; other: number; word: string }[]): string {
  const own = [...pieces];
  for (const { at, kind, other, word } of list) {
    if (kind === "drop") own[at] = "";
    else if (kind === "double") own[at] = `${own[at]} ${own[at]}`;
    else if (kind === "insert") own[at] = `${own[at]} ${word} `;
    else [own[at], own[other]] = [own[other] as string, own[at] as string];
  }
  return own.join("");
}

describe("headers", () => {
  test("changed at random", () => {
    const directory = temporary();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (list) => {
        writeFileSync(join(directory, "checkpoint_hdr.h"), mutated(list));
        told(() => reportLines(report(compare(directory, "v21", ["s390x"]))));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["no members", "struct ckpt_hdr { };"],
    ["no name", "struct { int x; };"],
    ["no name and no body", "struct s { struct x; struct ; };"],
    ["a union of no name", "struct ckpt_hdr { union { __u32 type; __u8 x : 3; }; };"],
    ["an #error of no words", "#error\n"],
    ["an include of no name", '#include ""\n'],
    ["an empty bracket", "enum { A = () };"],
    ["an empty length", "struct s { int x[()]; };"],
    ["an enumerator of no name", "enum { = 3 };"],
    ["an empty enumeration", "enum e {};"],
    ["an end in the middle", "struct"],
    ["a macro of no body", "#define X\nstruct s { __u8 a[X + ]; };"],
    ["a macro that ends the text", "#define X(a) a\nX("],
    ["an empty line with an error", "struct s {\n\n"],
    ["a directive of no word", "#\n#if\n#endif\n"],
  ])("%s", (_, header) => {
    const directory = temporary();
    writeFileSync(join(directory, "checkpoint_hdr.h"), header);
    told(() => reportLines(report(compare(directory, "v21", ["s390x"]))));
  });

  test("files that cannot be read", () => {
    const directory = temporary();
    writeFileSync(join(directory, "checkpoint_hdr.h"), Buffer.alloc(40 << 20, "/"));
    told(() => reportLines(report(compare(directory, "v21", ["s390x"]))));
  });
});

describe("imports", () => {
  const schema = readSchemaFiles(PROJECT, IMAGE);
  const made = madeUp();
  const STRUCTS = "include/linux/checkpoint_hdr.h";
  const more = (added: string) =>
    new Map([
      ...made,
      [STRUCTS, `${made.get(STRUCTS)?.replace("struct ckpt_hdr_vma {", `${added}\nstruct ckpt_hdr_vma {`)}`],
    ]);
  const run = (files: ReadonlyMap<string, string>, texts = schema.texts) =>
    told(() => {
      const from = { texts, jsonSchema: schema.jsonSchema };
      const imported = importHeaders(findHeaders([tree(new Map(files))]), from, {
        version: { id: "v24", date: "2012-08-01" },
        renames: true,
      });
      return "comparison" in imported ? reportLines(report(imported.comparison)) : [];
    });

  test.each([
    ["an anonymous packed member", "struct fresh { __u8 a; struct { __u32 b; } __packed; };"],
    ["an anonymous member of a bad type", "struct fresh { union { __le64 a; }; };"],
    ["a union", "union fresh { __u32 a; };"],
    ["a struct without members", "struct fresh { };"],
    ["other members on each architecture", "struct fresh {\n#ifdef __i386__\n__u32 a;\n#else\n__u64 b;\n#endif\n};"],
    ["an enumeration without a tag", "enum { FRESH };"],
  ])("%s", (_, added) => run(more(added)));

  test("an anonymous member more, in a struct whose order is listed", () => {
    const path = "include/linux/checkpoint_hdr.h";
    const header = made
      .get(path)
      ?.replace("clear_child_tid, sas_ss_sp;", "clear_child_tid;\n\tunion { __u64 x; };\n\t__u64 sas_ss_sp;");
    expect(header).not.toBe(made.get(path));
    run(new Map([...made, [path, header ?? ""]]));
  });

  test("into a schema with lines that are gone", () => {
    const lines = schema.texts.flatMap(({ file, text: own }) => own.split("\n").map((_, line) => ({ file, line })));
    fc.assert(
      fc.property(fc.nat(lines.length - 1), (index) => {
        const { file, line } = lines[index] as (typeof lines)[number];
        const texts = schema.texts.map((one) =>
          one.file === file
            ? {
                file,
                text: one.text
                  .split("\n")
                  .filter((_, at) => at !== line)
                  .join("\n"),
              }
            : one,
        );
        run(made, texts);
      }),
      { numRuns: 12 },
    );
  });

  test("a schema without a version, and headers of another machine", () => {
    run(
      new Map([
        ["include/linux/checkpoint_hdr.h", "struct ckpt_hdr { __u32 type, len; };\n"],
        ["include/asm-mips/checkpoint_hdr.h", "int x;\n"],
      ]),
    );
    expect(NEWEST).toBe("v23-rc2-arm");
  });
});
