/** The alphabetical index. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { plain } from "../../generator/emit/reference/content.js";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { nameIndex } from "../../generator/emit/reference/pages/names.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";

const page = nameIndex(REAL_SITE);
const html = renderHtml(page);
const links = new Set([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href));

/** Items by the heading above them. */
const letters = new Map<string, string[]>();
let letter = "";
for (const block of page.blocks) {
  if (block.kind === "heading") letter = plain(block.content);
  if (block.kind === "list") letters.set(letter, block.items.map(plain));
}

describe("the index of names", () => {
  it("is small", () => {
    expect(html.length).toBeLessThan(300_000);
  });

  it("leads to every struct and field", () => {
    for (const { descriptor } of registry.structs) {
      expect(links, descriptor.page).toContain(descriptor.page);
      for (const { members } of descriptor.layouts)
        for (const { name, key } of members)
          expect(links, descriptor.page).toContain(`${descriptor.page}#${name ?? key}`);
    }
  });

  it("leads to every record, enum, enumerator, constant, object, rule and version", () => {
    const { records, objects, enums, constants, versions, grammar } = registry.tables;
    const own = new Set([
      ...records.map(({ name }) => `CKPT_HDR_${name}`),
      ...objects.map(({ name }) => `CKPT_OBJ_${name}`),
    ]);
    const expected = [
      ...records.map(({ name }) => `records/${name}.html`),
      ...objects.map(({ name }) => `objects.html#${name}`),
      ...enums.map(({ name }) => `enums/${name}.html`),
      ...enums.flatMap((one) =>
        one.values.filter(({ name }) => !own.has(name)).map(({ name }) => `enums/${one.name}.html#${name}`),
      ),
      ...constants.map(({ name }) => `enums/constants.html#${name}`),
      ...versions.map(({ id }) => `versions/${id}.html`),
      ...Object.keys(grammar.rules).map((name) => `grammar/${name}.html`),
      ...Object.keys(grammar.bodies).map((name) => `grammar/object-${name}.html`),
    ];
    expect(expected.filter((href) => !links.has(href))).toEqual([]);
  });

  it("passes over beginnings that many names share", () => {
    expect(letters.get("V")).toContain("ckpt_hdr_vma struct");
    expect(letters.get("V")).toContain("CKPT_HDR_VMA record");
    expect(letters.get("A")).toContain("CKPT_ARCH_ARM of arch_id");
  });

  it("is in order, with a link to each letter", () => {
    expect([...letters.keys()].filter((one) => one !== "0–9")).toEqual(
      [...letters.keys()].filter((one) => one !== "0–9").sort(),
    );
    for (const one of letters.keys()) expect(links).toContain(`#letter-${one === "0–9" ? "digits" : one}`);
  });

  it("lists a field once, with the structs that have it", () => {
    const [field] = (letters.get("P") ?? []).filter((item) => item.startsWith("pdeath_signal "));
    expect(field).toBe("pdeath_signal field of ckpt_hdr_task");
  });

  it("needs no names of the real schema", () => {
    expect(renderHtml(nameIndex(SMALL_SITE))).toContain('href="structs/ckpt_hdr_box.html#places"');
  });
});
