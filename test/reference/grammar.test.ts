/** Every rule and body has a page, and on it the diagram of every ABI that has it. */
import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { type Block, type Case, type Page, plain } from "../../generator/emit/reference/content.js";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { grammarIndex } from "../../generator/emit/reference/pages/grammar.js";
import { bodyReference, ruleReference } from "../../generator/emit/reference/pages/rule.js";
import { figuresOf } from "./drawn.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";
import { rowsOf, table, tablesOf } from "./tables.js";

const { model } = REAL_SITE;
const { grammar } = model;
const ruled = [
  ...grammar.rules.map((rule) => [rule, ruleReference(REAL_SITE, rule)] as const),
  ...grammar.bodies.map((body) => [body, bodyReference(REAL_SITE, body)] as const),
];
const index = grammarIndex(REAL_SITE);

describe("pages", () => {
  it("are where the addresses say", () => {
    const paths = ruled.map(([, { path }]) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toContain("grammar/mapping");
    expect(paths).toContain("grammar/object-MM");
  });

  it("have each ABI in exactly one case, if the rule exists in it", () => {
    for (const [rule, page] of ruled) {
      const shown = casesOf(page).flatMap(({ abis }) => abis);
      const expected = model.abis.filter(({ version, arch }) => abi(version.id, arch.id).applies(rule));
      expect([...shown].sort(), rule.name).toEqual(expected.map(({ name }) => name).sort());
    }
  });

  it("show the newest case first, and name each once", () => {
    for (const [rule, page] of ruled) {
      const cases = casesOf(page);
      expect(new Set(cases.map(({ anchor }) => anchor)).size, rule.name).toBe(cases.length);
      const firsts = cases.map(({ abis }) => model.abis.findIndex(({ name }) => name === abis[0]));
      expect(firsts, rule.name).toEqual([...firsts].sort((a, b) => b - a));
    }
  });

  it("give every drawing a name of its own", () => {
    const names = [index, ...ruled.map(([, page]) => page)].flatMap(({ blocks }) =>
      figuresOf(blocks).map(({ name }) => name),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("are small enough", () => {
    for (const page of [index, ...ruled.map(([, one]) => one)])
      expect(renderHtml(page).length, page.path).toBeLessThan(300_000);
  });
});

describe("diagrams as text", () => {
  it.each([
    ["task", "v23-rc2/x86_64", "task = TASK, STRING as task_name, [if TASK.exit_state == 0: live]"],
    ["live", "v16/x86_32", "live = objects, registers"],
    ["live", "v18-dev-a/x86_64", "live = (registers, objects | objects, registers), private_signals"],
    [
      "registers",
      "v16/x86_32",
      "registers = THREAD, [if THREAD.ntls > 0: THREAD_TLS], RESTART_BLOCK, CPU, [if CPU.used_math == 1: CPU_FPU]",
    ],
    ["registers", "v21/powerpc", "registers = RESTART_BLOCK, CPU"],
    ["registers", "v21/s390x", "registers = THREAD, RESTART_BLOCK, CPU"],
    ["contents", "v21/x86_64", "contents = PGARR, {while PGARR.nr_pages > 0: BUFFER as page_batch, PGARR}"],
    ["object-USER", "v21/x86_64", "USER = {object USER}, [object USER_NS of USER.userns_ref], USER"],
    [
      "object-FILE_TABLE",
      "v17/x86_64",
      "FILE_TABLE = FILE_TABLE, {[object FILE of FILE_DESC.fd_objref], FILE_DESC} × FILE_TABLE.fdt_nfds",
    ],
  ])("%s in %s", (name, abiName, text) => {
    const page = ruled.find(([, { path }]) => path === `grammar/${name}`)?.[1] as Page;
    const shown = casesOf(page).find(({ abis }) => abis.includes(abiName)) as Case;
    expect(figuresOf(shown.blocks).map((figure) => figure.text)).toEqual([text]);
    const [code] = shown.blocks.flatMap((block) => (block.kind === "details" ? block.blocks : []));
    expect(code?.kind === "code" && code.text.replaceAll(/\s+/g, " ").trim()).toBe(text);
  });

  it("of a body shows what only some architectures have", () => {
    const page = ruled.find(([, { path }]) => path === "grammar/object-MM")?.[1] as Page;
    const textOf = (name: string) =>
      figuresOf(casesOf(page).find(({ abis }) => abis.includes(name))?.blocks ?? [])[0]?.text ?? "";
    expect(textOf("v21/x86_64")).toContain("MM_CONTEXT, MM_CONTEXT_LDT");
    expect(textOf("v21/s390x")).toMatch(/MM_CONTEXT$/);
    expect(textOf("v21/powerpc")).not.toContain("MM_CONTEXT");
  });
});

describe("tables of items", () => {
  const items = (path: string, caption: string) =>
    rowsOf(table(ruled.find(([, page]) => page.path === path)?.[1] as Page, caption));

  it("number what is nested, and say how often it comes and since when", () => {
    const rows = items("grammar/live", "Items of live, over all versions");
    expect(rows.map((cells) => cells["No."])).toEqual([
      "1",
      "2",
      "3",
      "3.1",
      "3.1.1",
      "3.1.2",
      "3.2",
      "3.2.1",
      "3.2.2",
      "4",
      "5",
      "6",
    ]);
    expect(rows[2]?.Item).toBe("one of the following");
    expect(rows[2]?.Meaning).toContain("since v18-dev-a until v19-rc1 inferred");
    const registers = items("grammar/registers", "Items of registers, over all versions");
    expect(registers[2]).toMatchObject({ Item: "record THREAD", "How often": " may be missing" });
    expect(registers[2]?.Meaning).toContain("on s390 and s390x");
  });

  it("say what a record contains and where the number of an object stands", () => {
    const [pages] = items("grammar/contents", "Items of contents, over all versions").filter(({ Item }) =>
      Item?.includes("page_batch"),
    );
    expect(pages?.Meaning).toContain("Contains bytes, PGARR.nr_pages * (word_size + page_size) bytes long.");
    const [file] = items("grammar/mapping", "Items of mapping, over all versions");
    expect(file?.Item).toBe("object FILE number in VMA.vma_objref");
  });
});

describe("the place of a rule", () => {
  it("is told by the rules that want it", () => {
    const text = (path: string) => textOf(ruled.find(([, page]) => page.path === path)?.[1].blocks ?? []);
    expect(text("grammar/contents")).toContain("the rule mapping");
    expect(text("grammar/object-FILE")).toContain("the object FILE_TABLE");
    expect(text("grammar/image")).toContain("A whole image is this rule.");
    expect(text("grammar/error")).toContain("It may come before any record.");
  });
});

describe("the index", () => {
  it("has the start, what may stand anywhere, and all rules and bodies", () => {
    expect(tablesOf(index).map(({ rows }) => rows.length)).toEqual([grammar.rules.length, grammar.bodies.length]);
    expect(casesOf(index).flatMap(({ abis }) => abis)).toHaveLength(model.abis.length);
    expect(figuresOf(index.blocks).map(({ text }) => text)).toContain("anywhere = (error | OBJREF as object)");
  });

  it("does without what a small schema has not", () => {
    const small = grammarIndex(SMALL_SITE);
    expect(figuresOf(small.blocks).map(({ text }) => text)).toContain("image = HEADER, {thing} × HEADER.nr_things");
    expect(textOf(small.blocks)).not.toContain("Records that may be anywhere");
  });
});

function casesOf({ blocks }: Page): readonly Case[] {
  return blocks.flatMap((block) => (block.kind === "cases" ? block.cases : []));
}

function textOf(blocks: readonly Block[]): string {
  return blocks
    .flatMap((block) => {
      if (block.kind === "paragraph" || block.kind === "heading") return plain(block.content);
      return block.kind === "list" ? block.items.map(plain) : [];
    })
    .join("\n");
}
