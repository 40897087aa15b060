/** The pages about versions, and the histories of structs. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { type Block, type Page, plain } from "../../generator/emit/reference/content.js";
import { structHistory } from "../../generator/emit/reference/history.js";
import { renderBlocks, renderHtml } from "../../generator/emit/reference/html.js";
import { versionComparison, versionIndex, versionReference } from "../../generator/emit/reference/pages/versions.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";
import { row, rowsOf, table } from "./tables.js";

const index = versionIndex(REAL_SITE);
const pageOf = (id: string): Page => {
  const version = REAL_SITE.model.versions.find((one) => one.id === id);
  if (!version) throw new Error(id);
  return versionReference(REAL_SITE, version);
};

const factsOf = ({ blocks }: Page) =>
  Object.fromEntries(
    blocks.flatMap((block) => (block.kind === "facts" ? block.facts : [])).map(([term, text]) => [term, plain(text)]),
  );

const headings = ({ blocks }: Page) =>
  blocks.flatMap((block) => (block.kind === "heading" && block.level === 2 ? [plain(block.content)] : []));

describe("the timeline", () => {
  const figure = index.blocks.find((block) => block.kind === "figure");

  it.each(registry.tables.versions.map(({ id, date }) => [id, date] as const))("shows %s of %s", (id, date) => {
    const svg = figure?.drawing.svg(({ page }) => page) ?? "";
    expect(svg).toContain(`<a href="versions/${id}"><title>${id}, ${date}, `);
    expect(figure?.text).toContain(`${id} ${date} (`);
  });

  it("has a bar for every stretch of versions that has an architecture", () => {
    const bars = figure?.drawing.svg(({ page }) => page).match(/<rect class="box"/g);
    // arm has two ranges of versions.
    expect(bars).toHaveLength(REAL_SITE.model.arches.length + 1);
  });

  it("stands above a table with the revisions", () => {
    const rows = rowsOf(table(index, "Versions, newest first"));
    expect(rows.map(({ Version }) => Version?.split(" ")[0])).toEqual([...registry.versions].reverse());
    expect(row(index, "Versions, newest first", "v16").Revision).toBe("1");
    expect(row(index, "Versions, newest first", "v17").Revision).toBe("unknown");
    expect(row(index, "Versions, newest first", "v19-rc3").Revision).toBe("5");
    expect(row(index, "Versions, newest first", "v18")["What is new"]).toContain(
      "First described: powerpc and powerpc64.",
    );
    expect(row(index, "Versions, newest first", "v20-a").Version).toContain("placed by its date");
  });
});

describe("a version", () => {
  it.each(registry.versions)("%s has a page with its facts", (id) => {
    const page = pageOf(id);
    const facts = factsOf(page);
    expect(facts.Date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(facts.Evidence).not.toBe("");
    expect(facts.Architectures?.split(/, | and /)).toEqual(registry.arches(id));
    expect(renderHtml(page).length).toBeLessThan(300_000);
  });

  it("tells what changed since the one before it", () => {
    expect(headings(pageOf("v21"))).toEqual(["What changed since v20-c"]);
    expect(headings(pageOf("v16"))).toEqual([]);
  });

  it("introduces new architectures, and compares those that come back with their last version", () => {
    expect(headings(pageOf("v22-arm"))).toEqual(["What changed since v21", "New architectures"]);
    expect(headings(pageOf("v23-rc2-arm"))).toEqual([
      "What changed since v23-rc2",
      "What changed since v22-arm on arm",
    ]);
    expect(factsOf(pageOf("v23-rc1-b"))["No longer has"]).toBe("powerpc and powerpc64");
  });
});

describe("the comparison", () => {
  it("leads to the pages of adjacent changes without scripts", () => {
    const html = renderHtml(versionComparison(REAL_SITE));
    expect(html).toContain('data-widget="compare"');
    registry.versions.slice(1).forEach((id, i) => {
      expect(html).toContain(`id="${registry.versions[i]}...${id}"`);
      expect(html).toContain(`href="../versions/${id}.html#section-changes"`);
    });
  });

  it("is written by the same code as pages are", () => {
    const { blocks } = pageOf("v21");
    expect(renderHtml(pageOf("v21"))).toContain(renderBlocks("versions/v21", blocks));
  });
});

describe("a struct", () => {
  const historyOf = (key: string) => {
    const struct = REAL_SITE.model.structs.find((one) => one.key === key);
    if (!struct) throw new Error(key);
    return texts(structHistory(REAL_SITE, struct));
  };

  it("tells its history", () => {
    expect(historyOf("ckpt_hdr_ns")).toEqual([
      "v16: First described.",
      expect.stringMatching(/^v17: 24 bytes → 16 bytes\. flags removed: u32 at 8\./),
      "v19-rc3: ipc_objref u32 → s32.",
      "v20-b: 16 bytes → 24 bytes. net_objref added: s32 at 16.",
    ]);
  });

  it("says so when it never changed", () => {
    expect(historyOf("ckpt_hdr_hpage")).toEqual([
      "v23-rc2: First described. It is the same in all versions that have it.",
    ]);
  });

  it("is gone in one version and compared with the last one when it is there again", () => {
    const struct = REAL_SITE.model.structs.find(({ key, family }) => key === "ckpt_hdr_thread" && family === "arm");
    if (!struct) throw new Error("no thread record on arm");
    expect(texts(structHistory(REAL_SITE, struct)).slice(0, 2)).toEqual([
      "v22-arm: First described.",
      "v23-rc1-a: Removed together with arm.",
    ]);
  });
});

describe("a schema without the names of the real one", () => {
  it("has the pages as well", () => {
    const small = versionIndex(SMALL_SITE);
    expect(table(small, "Versions, newest first").columns.map(({ title }) => title)).not.toContain("Revision");
    const [, v2] = SMALL_SITE.model.versions;
    if (!v2) throw new Error("no second version");
    expect(headings(versionReference(SMALL_SITE, v2))).toEqual(["What changed since v1"]);
  });
});

function texts(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) =>
    block.kind === "list" ? block.items.map(plain) : block.kind === "paragraph" ? [plain(block.content)] : [],
  );
}
