/** Texts of the schema may contain any characters: the parser of each output language accepts the output, and finds the text unchanged. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { SchemaText } from "../../generator/load/index.js";
import { available } from "../requirement.js";
import { compile, told } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

/** Syntax of one of the languages, at the beginning, in the middle and at the end of a text. */
const HOSTILE = [
  "[x](y) and ![x](y) and [x]: y and <https://e.org> and www.e.org",
  "see /proc/*/maps, a/*b*/c, // and */ or */*/ and /*",
  "ends in /*",
  "ends in */",
  "*/ begins",
  "/* begins",
  "@deprecated begins, and {@link x} and @throws",
  "- begins like a list",
  "1. begins like a list",
  "2) begins like a list",
  "+ begins like a list",
  "=== or --- or ~~~ or ```",
  "# begins like a heading",
  "> begins like a quotation",
  "| a | b | and a|b",
  "&lt; &#60; &amp; & && <script>alert('x')</script> </script> <!-- x --> -->",
  "\"quoted\" 'single' ${template} %s %d %% #{ruby} {{x}}",
  'C:\\new \\u0041 \\n \\" \\\\ ends in \\',
  "??/ and ??' and \\",
  "~~gone~~ $x^2$ :smile: __dunder__ snake_case_name a*b*c",
  "key: value, [list], {map: x}, !!tag, &anchor, %directive, `` ` ``",
  "Ünïcödé 漢字 🎉 é\u0301 \u200d",
  "x".repeat(300),
];

/** Keys of the schema whose values are texts. */
const TEXT_KEYS = new Set(["doc", "summary", "purpose", "evidence", "unsupported", "framing", "reason", "known_by"]);

/** The small schema with more entries that have texts. */
const RICH = SMALL_SCHEMA.map(({ file, text }): SchemaText => {
  const data = parse(text);
  if (file.endsWith("abi.yaml")) data.families.tiny.absent = { ckpt_hdr_gone: "text" };
  if (file.endsWith("structs.yaml")) {
    data.structs.ckpt_hdr_thing.notes = { v2: "text" };
    data.structs.ckpt_hdr_thing.source = ["text"];
    data.structs.ckpt_hdr_thing.fields.start.notes = { v2: "text" };
  }
  if (file.endsWith("grammar.yaml")) {
    data.grammar.rules.thing.sequence[1].doc = "text";
    data.grammar.rules.image.sequence[1].doc = "text";
  }
  if (file.endsWith("records.yaml")) data.objects.BOX.known_by = "text";
  return { file, text: stringify(data) };
});

/** Replaces all texts of the schema by one; also returns their number. */
function withTexts(hostile: string): { readonly texts: SchemaText[]; readonly count: number } {
  let count = 0;
  const replaced = (value: unknown, isText: boolean): unknown => {
    if (typeof value === "string" && isText) {
      count++;
      return hostile;
    }
    if (Array.isArray(value)) return value.map((item) => replaced(item, isText));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        // `doc` may be a history of texts, and a member may have the name of one of the keys.
        replaced(
          inner,
          (TEXT_KEYS.has(key) && typeof inner === "string") || ["notes", "absent", "source"].includes(key),
        ),
      ]),
    );
  };
  const texts = RICH.map(({ file, text }) => ({
    file,
    text: stringify(replaced(parse(text), false), { lineWidth: 0 }),
  }));
  return { texts, count };
}

function outputs(hostile: string): ReadonlyMap<string, string> {
  const { texts } = withTexts(hostile);
  const { files, problems } = compile(texts);
  expect(problems).toEqual([]);
  return files;
}

const generated = new Map(HOSTILE.map((text) => [text, outputs(text)]));

function* files(ending: RegExp): Generator<readonly [text: string, path: string, content: string]> {
  for (const [text, all] of generated)
    for (const [path, content] of all) if (ending.test(path)) yield [text, path, content];
}

const directory = mkdtempSync(join(tmpdir(), "ckpt-texts-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("there are many texts", () => {
  expect(withTexts("text").count).toBeGreaterThan(50);
});

describe("TypeScript", () => {
  it("is read, with the same declarations as for a plain text, and the doc comments have the text", () => {
    const plain = outputs("A plain text.");
    let found = 0;
    for (const [text, path, content] of files(/\/codecs\/.*\.ts$/)) {
      const source = ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true);
      const where = `${path}: ${text}`;
      expect((source as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics, where).toEqual([]);
      const before = ts.createSourceFile(path, plain.get(path) ?? "", ts.ScriptTarget.Latest, true);
      expect(tagsOf(source), where).toEqual(tagsOf(before));
      expect(source.statements.length, where).toBe(before.statements.length);
      // Markdown in doc comments removes a backslash before punctuation.
      const said = content.replace(/\n *\* /g, " ").replace(/\\([/@])/g, "$1");
      if (/^ckpt|thing\.ts$/.test(path.split("/").at(-1) ?? "") && content.includes("/**")) {
        expect(said, where).toContain(text);
        found++;
      }
    }
    expect(found).toBeGreaterThan(HOSTILE.length);
  });

  function tagsOf(source: ts.SourceFile): string[] {
    const tags: string[] = [];
    const visit = (node: ts.Node): void => {
      for (const tag of ts.getJSDocTags(node)) tags.push(tag.tagName.text);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return tags;
  }

  it("has the text in its tables", () => {
    let found = 0;
    for (const [text, path, content] of files(/\/codecs\/tables\.ts$/)) {
      const { outputText } = ts.transpileModule(content, { compilerOptions: { module: ts.ModuleKind.ESNext } });
      expect(content, path).toContain(JSON.stringify(text));
      expect(outputText, path).toContain(JSON.stringify(text));
      found++;
    }
    expect(found).toBe(HOSTILE.length);
  });
});

describe.skipIf(!available("gcc"))("C", () => {
  it("compiles without a warning, and the comments have the text", () => {
    for (const [text, path, content] of files(/\/c\/v2\.h$/)) {
      const file = join(directory, "header.h");
      writeFileSync(file, content);
      const { status, stderr } = spawnSync(
        "gcc",
        ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-DCKPT_ABI_ARCH_TINY64", "-xc", file],
        { encoding: "utf8" },
      );
      expect(stderr.replace(/.*#pragma once in main file.*\n?/g, ""), `${path}: ${text}`).toBe("");
      expect(status, text).toBe(0);
      const said = content.replace(/\n *\* /g, " ").replaceAll(" ", "");
      expect(said, path).toContain(text.replaceAll(" ", ""));
    }
  });
});

describe("Markdown", () => {
  const markdown = new MarkdownIt("default", { html: true });

  it("shows the text as it is", () => {
    let found = 0;
    for (const [text, path, content] of files(/reference\/(structs\/ckpt_hdr_thing|enums\/color)\.md$/)) {
      const shown = markdown
        .render(content)
        .replace(/<[^>]*>/g, "")
        .replace(/&(lt|gt|amp|quot);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name as string] ?? "");
      expect(blank(shown), path).toContain(blank(seen(text)));
      found++;
    }
    expect(found).toBe(2 * HOSTILE.length);
  });
});

/** The text after Markdown has processed code, emphasis and escapes, which texts of the schema may use. */
function seen(text: string): string {
  return new MarkdownIt("zero")
    .enable(["backticks", "emphasis", "escape"])
    .renderInline(text)
    .replace(/<\/?(?:code|em|strong)>/g, "")
    .replace(/&(lt|gt|amp|quot);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name as string] ?? "");
}

function blank(text: string): string {
  return text.replace(/\s+/g, " ");
}

describe("HTML", () => {
  it("has the same elements as for a plain text, and shows the text as it is", async () => {
    const { HtmlValidate } = await import("html-validate");
    const validator = new HtmlValidate({
      rules: { "close-order": "error", "void-content": "error" },
    });
    let found = 0;
    for (const [text, path, content] of files(/reference\/(structs\/ckpt_hdr_thing|enums\/color)\.html$/)) {
      const { valid, results } = await validator.validateString(content);
      expect(results, `${path}: ${text}`).toEqual([]);
      expect(valid).toBe(true);
      const shown = content
        .replace(/<[^>]*>/g, "")
        .replace(
          /&(lt|gt|amp|quot|#39);/g,
          (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" })[name as string] ?? "",
        );
      expect(blank(shown), path).toContain(blank(seen(text)));
      expect(content, path).not.toContain("<script>alert");
      found++;
    }
    expect(found).toBe(2 * HOSTILE.length);
  });

  it("the data of the pages is a script", () => {
    for (const [text, path, content] of files(/reference\/(data|facts)\.js$/)) {
      const run = new Function("globalThis", content) as (globe: object) => void;
      const globe = {};
      run(globe);
      expect(JSON.stringify(globe), `${path}: ${text}`).not.toBe("{}");
    }
  });
});

describe("the formats of others", () => {
  it("JSON Schema is JSON and has the text", () => {
    let found = 0;
    for (const [text, path, content] of files(/\.json$/)) {
      const data: unknown = JSON.parse(content);
      if (!path.includes("json-schema")) continue;
      expect(JSON.stringify(data), path).toContain(JSON.stringify(text));
      found++;
    }
    expect(found).toBe(2 * HOSTILE.length);
  });

  it("Kaitai is YAML, has the text, and its parsers are JavaScript", async () => {
    const { default: compiler } = await import("kaitai-struct-compiler");
    for (const [text, path, content] of files(/\/ckpt_v2\.ksy$/)) {
      const data = parse(content);
      expect(JSON.stringify(data).replaceAll(" ", ""), path).toContain(JSON.stringify(text).replaceAll(" ", ""));
      const parsers: Record<string, string> = await compiler.compile("javascript", data, null, false);
      for (const parser of Object.values(parsers)) expect(() => new Function(parser), text).not.toThrow();
    }
  });

  it("ImHex: each text stays on its line or in its quotes", () => {
    const plain = outputs("A plain text.");
    for (const [text, path, content] of files(/\.hexpat$/)) {
      const bare = (source: string) =>
        source
          .replace(/"(?:[^"\\\n]|\\.)*"|\/\/.*$/gm, (match) => (match.startsWith('"') ? '""' : "//"))
          .replace(/[ \t]+/g, " ");
      expect(bare(content), `${path}: ${text}`).toBe(bare(plain.get(path) ?? ""));
    }
  });
});

describe("what is no text", () => {
  it.each([
    ["c: 'int */ x'", "`int */ x` does not fit `c`: expected a type of C, e.g. `unsigned long` or `void *`"],
    ["c: '/* x'", "`/* x` does not fit `c`: expected a type of C, e.g. `unsigned long` or `void *`"],
  ])("a declared type is one of C: %s", (key, message) => {
    const texts = SMALL_SCHEMA.map(({ file, text }) => ({
      file,
      text: text.replace("at: { type: u32,", `at: { type: u32, ${key},`),
    }));
    expect(told(texts).some((line) => /^schema\/structs\.yaml:\d+:\d+: /.test(line) && line.includes(message))).toBe(
      true,
    );
  });

  it.each([
    [
      "the header",
      "enums.yaml",
      "summary: Colours of a thing.",
      "summary: Colours of a thing.\n    header: '../x y'",
      "a header, e.g. `asm/ptrace.h`",
    ],
    [
      "the commit",
      "abi.yaml",
      "date: 2010-01-01,",
      "date: 2010-01-01, commit: '--exec',",
      "an id of git, e.g. `0abe2fef1b3a`",
    ],
    [
      "the tag",
      "enums.yaml",
      "summary: Colours of a thing.",
      "summary: Colours of a thing.\n    c: 'a b'",
      "a name as in C: letters, digits and `_`",
    ],
  ])("%s", (_, name, from, to, expected) => {
    const texts = SMALL_SCHEMA.map(({ file, text }) => ({
      file,
      text: file.endsWith(name) ? text.replace(from, to) : text,
    }));
    expect(told(texts).filter((line) => /:\d+:\d+: /.test(line) && line.includes(`expected ${expected}`))).toHaveLength(
      1,
    );
  });
});
