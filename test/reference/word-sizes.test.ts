/** The report on word sizes states exactly what the lints find. */
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { offencesOf, verdictOf } from "../../generator/emit/reference/offences.js";
import { wordSizes } from "../../generator/emit/reference/pages/word-sizes.js";
import { edited } from "../generator/mistake.js";
import { SMALL_SCHEMA } from "../generator/small-schema.js";
import { REAL_SITE, SMALL_SITE, siteOf } from "./real-site.js";
import { row, rowsOf, table } from "./tables.js";

const { structs } = REAL_SITE.model;
const offences = structs.flatMap((struct) => offencesOf(REAL_SITE, struct));

describe("offences", () => {
  it("are those that the schema acknowledges", () => {
    const found = new Set(
      offences.map(({ struct, lint, place }) => `${struct.origin.path} ${struct.key} ${lint} ${place}`),
    );
    const acknowledged = structs.flatMap((struct) =>
      struct.acknowledged.map(({ lint, place }) => `${struct.origin.path} ${struct.key} ${lint} ${place}`),
    );
    expect([...found].sort()).toEqual([...new Set(acknowledged)].sort());
  });

  it("have the reason of the schema", () => {
    for (const { struct, lint, place, reason } of offences)
      expect(struct.acknowledged.find((known) => known.lint === lint && known.place === place)?.reason).toBe(reason);
  });

  it("tell where they are", () => {
    const [task] = REAL_SITE.structs.get("ckpt_hdr_task") ?? [];
    if (!task) throw new Error("no ckpt_hdr_task");
    const wide = offencesOf(REAL_SITE, task).filter(({ lint }) => lint === "misaligned-64");
    expect(wide.map(({ place, offset }) => [place, offset])).toEqual([
      ["set_child_tid", 28],
      ["clear_child_tid", 36],
    ]);
    expect(wide[0]?.abis.every(({ arch }) => arch.id === "x86_32")).toBe(true);
    expect(wide[0]?.abis.map(({ version }) => version.id)).toContain("v19-rc3");
    expect(wide[0]?.abis.map(({ version }) => version.id)).not.toContain("v19");
    expect(wide[0]?.address).toEqual({ page: "structs/ckpt_hdr_task", anchor: "v17/x86_32/set_child_tid" });
    const between = offencesOf(REAL_SITE, task).filter(({ lint }) => lint === "word-size");
    expect(between.map(({ extent }) => extent)).toEqual(["64 and 72 bytes"]);
    expect(new Set(between[0]?.abis.map(({ arch }) => arch.id))).toEqual(new Set(["x86_32", "x86_64"]));
  });

  it("are told by the offset in the struct, also within nested aggregates", () => {
    const [socket] = REAL_SITE.structs.get("ckpt_hdr_socket") ?? [];
    if (!socket) throw new Error("no ckpt_hdr_socket");
    const padding = offencesOf(REAL_SITE, socket).filter(({ place }) => place.startsWith("socket."));
    expect(padding.length).toBeGreaterThan(0);
    for (const { offset, abis } of padding) {
      const layout = REAL_SITE.layouts.distinct.get(socket)?.find((one) => one.abis.includes(abis[0] as never));
      const nested = layout?.layout.members.find(({ name }) => name === "socket");
      expect(offset).toBeGreaterThan(nested?.offset ?? Number.NaN);
    }
  });
});

describe("the page", () => {
  const page = wordSizes(REAL_SITE);

  it("has every offence in a table of its kind", () => {
    const told = [
      "Layouts that follow the word size",
      "64-bit members off a multiple of eight",
      "Implicit padding",
    ].map((caption) => table(page, caption).rows.length);
    const kinds = ["word-size", "misaligned-64", "implicit-padding"];
    expect(told).toEqual(kinds.map((kind) => offences.filter(({ lint }) => lint === kind).length));
  });

  it("judges every struct", () => {
    const caption = "Every struct and whether it keeps the promise";
    const judged = rowsOf(table(page, caption));
    expect(judged.length).toBe(structs.filter((struct) => REAL_SITE.abisOf(struct).length > 0).length);
    expect(row(page, caption, "ckpt_hdr_vma").Verdict).toBe("keeps");
    expect(row(page, caption, "ckpt_hdr_task").Verdict).toBe("breaks");
    expect(row(page, caption, "ckpt_hdr_mm_context (s390)").Verdict).toBe("breaks");
    expect(row(page, caption, "ckpt_hdr_cpu (x86)").Verdict).toBe("keeps");
    expect(row(page, caption, "ckpt_hdr_cpu (arm)").Verdict).toBe("one word size");
  });

  it("is small enough", () => {
    expect(renderHtml(page).length).toBeLessThan(300_000);
  });

  it("shows what nobody acknowledged", () => {
    // Without a colour before it, the 64-bit weight follows a single 32-bit number.
    const site = siteOf(
      edited(
        SMALL_SCHEMA,
        ["structs.yaml", "      color: { type: u32, enum: color, doc: How it looks. }\n", ""],
        ["structs.yaml", "[h, start, objref, color, name]", "[h, start, objref, name]"],
      ),
    );
    const thing = site.structs.get("ckpt_hdr_thing")?.[0];
    if (!thing) throw new Error("no ckpt_hdr_thing");
    const found = offencesOf(site, thing);
    expect(found.map(({ lint }) => lint)).toContain("misaligned-64");
    expect(verdictOf(site, thing, found)).toBe("breaks");
    const [first] = rowsOf(table(wordSizes(site), "64-bit members off a multiple of eight"));
    expect(first).toMatchObject({
      Struct: "ckpt_hdr_thing",
      Field: "weight",
      "Off by": "4 bytes",
      "Why it stays": "not acknowledged",
    });
  });

  it("says so when there is nothing to tell", () => {
    expect(
      rowsOf(table(wordSizes(SMALL_SITE), "Every struct and whether it keeps the promise")).map(
        ({ Verdict }) => Verdict,
      ),
    ).toEqual(["keeps", "keeps", "keeps", "keeps", "keeps"]);
  });
});
