/** The page of architectures lists all of them, and all differences between them. */
import { describe, expect, it } from "vitest";
import { plain } from "../../generator/emit/reference/content.js";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { architectures } from "../../generator/emit/reference/pages/architectures.js";
import type { Struct } from "../../generator/model.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";
import { row, rowsOf, table } from "./tables.js";

const { model, layouts } = REAL_SITE;
const page = architectures(REAL_SITE);
const STRUCTS = "Structs that differ between architectures";
const NUMBERS = "Record numbers that differ between architectures";
const ENUMS = "Enumerations that differ between architectures";
const CONSTANTS = "Constants that differ between architectures";

describe("sections", () => {
  it("are there for every architecture, under its name", () => {
    const anchors = page.blocks.flatMap((block) => (block.kind === "heading" ? block.anchor : []));
    for (const { id } of model.arches) expect(anchors).toContain(id);
  });

  it("say what an architecture does not have, and why", () => {
    const facts = page.blocks.flatMap((block) => (block.kind === "facts" ? block.facts : []));
    for (const { absent } of model.families.values())
      for (const name of absent.keys())
        expect(facts.some(([term, content]) => term === "Has not" && plain(content).startsWith(`${name}: `))).toBe(
          true,
        );
  });

  it("have the number of the architecture in each version", () => {
    const facts = page.blocks.flatMap((block) => (block.kind === "facts" ? block.facts : []));
    const numbers = facts.flatMap(([term, content]) => (term === "Number" ? plain(content) : []));
    expect(numbers).toContain("CKPT_ARCH_X86_64: 5 (v19-rc2-b), 2 (since v19-rc3)");
    expect(numbers).toContain("none");
  });
});

describe("the matrix", () => {
  it("has every struct that is not the same everywhere, and no other", () => {
    const isSame = (structs: readonly Struct[]) =>
      model.versions.every((version) => {
        const abis = model.abis.filter((abi) => abi.version === version);
        const layoutOf = (struct: Struct) => layouts.distinct.get(struct) ?? [];
        const found = abis.map((abi) => structs.flatMap(layoutOf).find((one) => one.abis.includes(abi)));
        return new Set(found).size === 1;
      });
    const differing = [...REAL_SITE.structs].flatMap(([key, structs]) => (isSame(structs) ? [] : key));
    expect(rowsOf(table(page, STRUCTS)).map(nameOf)).toEqual(differing);
  });

  it("gives every row a reason", () => {
    for (const caption of [STRUCTS, NUMBERS, ENUMS, CONSTANTS])
      for (const cells of rowsOf(table(page, caption))) expect(whyOf(cells), nameOf(cells)).not.toBe("");
  });

  it("tells sizes, what differs within them, and since when no longer", () => {
    const task = row(page, STRUCTS, "ckpt_hdr_task");
    expect(task.x86_32).toBe("64 bytes set_child_tid: 8 at 28 clear_child_tid: 8 at 36 and 4 more in v19-rc3");
    expect(task.s390x).toContain("72 bytes set_child_tid: 8 at 32");
    expect(task.arm).toBe("");
    const tty = row(page, STRUCTS, "ckpt_hdr_tty");
    expect(tty.powerpc).toBe("72 bytes termios.c_cc: 10 at 49");
    expect(whyOf(tty)).toBe("The length of an array follows CKPT_TTY_NCC.");
    const thread = row(page, STRUCTS, "ckpt_hdr_thread");
    expect(thread.powerpc).toBe("–");
    expect(whyOf(thread)).toContain("PowerPC");
  });

  it("leads to the version and architecture that it tells of", () => {
    const cells = table(page, STRUCTS).rows.flatMap((one) => one.cells.slice(1));
    const links = cells.flatMap((cell) =>
      cell.flatMap((inline) => (typeof inline === "object" && inline.kind === "link" ? inline.to : [])),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const { anchor } of links) expect(model.abis.map(({ name }) => name)).toContain(anchor);
    expect(links).toContainEqual({ page: "structs/ckpt_hdr_task", anchor: "v19-rc3/x86_32" });
  });

  it("has numbers and values that differ, and leaves out those that do not", () => {
    expect(rowsOf(table(page, NUMBERS)).map(nameOf)).toEqual(["CPU_FPU", "MM_CONTEXT_LDT"]);
    expect(row(page, ENUMS, "O_DIRECTORY")).toMatchObject({ x86_32: "0x10000", powerpc: "0x4000", arm: "0x4000" });
    expect(row(page, CONSTANTS, "__NR_checkpoint")).toMatchObject({ x86_32: "348", s390: "–", powerpc: "346" });
    expect(rowsOf(table(page, CONSTANTS)).map(nameOf)).not.toContain("CHECKPOINT_VERSION");
  });

  it("is small enough", () => {
    expect(renderHtml(page).length).toBeLessThan(300_000);
  });
});

it("has no empty tables where nothing differs", () => {
  const captions = architectures(SMALL_SITE).blocks.flatMap((block) => (block.kind === "table" ? block.caption : []));
  expect(captions[0]).toBe("Architectures at a glance");
  for (const block of architectures(SMALL_SITE).blocks)
    if (block.kind === "table") expect(block.rows.length).toBeGreaterThan(0);
});

/** The name of a row: the first column has it and, on a new line, the reason. */
function nameOf(cells: Record<string, string>): string {
  return cells["What, and why"]?.split(" ")[0] ?? "";
}

function whyOf(cells: Record<string, string>): string {
  return cells["What, and why"]?.slice(nameOf(cells).length + 1) ?? "";
}
