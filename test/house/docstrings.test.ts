/** Checks that each file begins with a comment, and each doc comment with a sentence that names its subject, so that it makes sense in a tooltip. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = ["runtime", "generator", "tools", "scripts"];

/** A comment that begins with a tag, or with the result of a call, a unit or a reference to another comment. */
const NO_SENTENCE =
  /^(@|(Undefined|Empty|None|Negative|Zero) (if|for|when|in|unless)\b|In (bytes|bits)\b|Such |Of |The same\b)/;
/** Such a comment anywhere in a file: only few files have to be parsed. */
const ANYWHERE = new RegExp(String.raw`/\*\*[\s*]*${NO_SENTENCE.source.slice(1)}`);

/** The doc comments of exported declarations, and of the methods of classes and interfaces, that do not begin with a sentence. */
function withoutSentence(file: string, text: string): string[] {
  if (!ANYWHERE.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const check = (node: ts.Node, name: string) => {
    const comment = ts
      .getLeadingCommentRanges(text, node.pos)
      ?.filter(({ pos }) => text.startsWith("/**", pos))
      .at(-1);
    if (!comment) return;
    const [first = ""] = text
      .slice(comment.pos + 3, comment.end - 2)
      .split("\n")
      .map((line) => line.replace(/^\s*\*?\s*/, "").trim())
      .filter((line) => line !== "");
    if (NO_SENTENCE.test(first)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${name}: ${first}`);
    }
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      if (isExported(statement)) check(statement, statement.declarationList.declarations[0]?.name.getText() ?? "");
    } else if (isDeclaration(statement)) {
      if (isExported(statement)) check(statement, statement.name?.getText() ?? "default");
      // A constructor is described by its class.
      if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement))
        for (const member of statement.members)
          if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) check(member, member.name.getText());
    }
  }
  return found;
}

function isExported(node: ts.VariableStatement | ts.DeclarationStatement): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isDeclaration(node: ts.Statement): node is ts.DeclarationStatement {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

const sources = SOURCES.map((folder) => ({
  folder,
  files: readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.m?ts$|\.mjs$/.test(name))
    .map((name) => `${folder}/${name.split(sep).join("/")}`)
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") })),
}));

test.each(sources)("doc comments in $folder begin with a sentence", ({ files }) => {
  expect(files.flatMap(({ file, text }) => withoutSentence(file, text))).toEqual([]);
});

test.each(sources)("files in $folder begin with a comment", ({ files }) => {
  expect(files.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(text)).map(({ file }) => file)).toEqual([]);
});

test.each(sources)("texts in $folder name kernels and versions, not a time", ({ files }) => {
  expect(files.filter(({ text }) => /\bof that time\b|\bsome months\b/.test(text)).map(({ file }) => file)).toEqual([]);
});

describe("a doc comment without a sentence is found", () => {
  test.each([
    ["a tag", "/** @throws {TypeError} */\nexport function f() {}", "f: @throws {TypeError}"],
    ["a tag on a line of its own", "/**\n * @param a first\n */\nexport function f(a) {}", "f: @param a first"],
    [
      "a result without a subject",
      "/** Undefined if there is none. */\nexport const a = 1;",
      "a: Undefined if there is none.",
    ],
    ["a unit", "/** In bytes. */\nexport const a = 1;", "a: In bytes."],
  ])("%s", (_, text, found) => {
    expect(withoutSentence("a.ts", text).map((line) => line.replace(/^a\.ts:\d+ /, ""))).toEqual([found]);
  });

  test("of a method", () => {
    expect(withoutSentence("a.ts", "class A {\n  /** @returns it */\n  m() {}\n}")).toEqual(["a.ts:3 m: @returns it"]);
  });

  test("one with a sentence is not", () => {
    expect(withoutSentence("a.ts", "/**\n * Opens it.\n *\n * @throws {Error}\n */\nexport function f() {}")).toEqual(
      [],
    );
  });
});
