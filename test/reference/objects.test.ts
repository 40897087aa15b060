/** The page of objects lists all types, and the references between them as in the schema. */
import { describe, expect, it } from "vitest";
import { plain } from "../../generator/emit/reference/content.js";
import { graphDrawing } from "../../generator/emit/reference/diagrams/graph.js";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { objectReferences } from "../../generator/emit/reference/object-graph.js";
import { objects } from "../../generator/emit/reference/pages/objects.js";
import type { Field } from "../../generator/model.js";
import { figuresOf, outside, svgOf } from "./drawn.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";
import { row, rowsOf, table } from "./tables.js";

const page = objects(REAL_SITE);
const references = objectReferences(REAL_SITE);
const TYPES = "Types of shared objects";
const fieldsFrom = (from: string | undefined, to: string) =>
  references.flatMap((one) =>
    one.from === from && one.to === to ? [one.field ? `${one.field.struct.key}.${one.field.path}` : "place"] : [],
  );

describe("types", () => {
  it("have a row each that can be linked to", () => {
    expect(table(page, TYPES).rows.map(({ anchor }) => anchor)).toEqual(
      REAL_SITE.model.objects.map(({ name }) => name),
    );
  });

  it("have their numbers, the newest first", () => {
    expect(row(page, TYPES, "IPC_NS")).toMatchObject({
      Number: " 11 since v23-rc1-c 10 since v19-rc3 9 since v18 8 since v17 7 since v16",
      Record: "IPC_NS",
      "Introduced by a record": " yes since v17 no since v16",
    });
    expect(row(page, TYPES, "IGNORE")).toMatchObject({ Number: "0", Record: "", "Introduced by a record": "no" });
    expect(row(page, TYPES, "FS").Number).toBe(" 6 since v23-rc1-c 5 since v19-rc3");
  });

  it("say how those are known that nothing introduces", () => {
    expect(row(page, TYPES, "INODE")["What it is"]).toContain("later records only repeat the number");
  });
});

describe("references", () => {
  it("are those of the records of an object, also behind them and in rules that it calls", () => {
    expect(fieldsFrom("MM", "FILE")).toEqual(["ckpt_hdr_mm.exe_objref", "ckpt_hdr_vma.vma_objref"]);
    expect(fieldsFrom("FILE_TABLE", "FILE")).toContain("ckpt_eventpoll_item.file_objref");
    expect(fieldsFrom("FILE", "INODE")).toEqual(["ckpt_hdr_file_pipe.pipe_objref"]);
    expect(fieldsFrom("FILE", "CRED")).toEqual(["ckpt_hdr_file.f_credref"]);
    expect(fieldsFrom("IPC_NS", "SECURITY_PTR")).toContain("ckpt_hdr_ipc_perms.sec_ref");
    expect(fieldsFrom("NETDEV", "NETDEV")).toContain("ckpt_hdr_netdev.device.veth.peer_ref");
  });

  it("of an object that nothing introduces are those of its rule", () => {
    expect(fieldsFrom("SIGNAL", "TTY")).toEqual(["ckpt_hdr_signal.tty_objref"]);
    expect(fieldsFrom(undefined, "TTY")).toEqual([]);
    expect(fieldsFrom("NS", "INODE")).toEqual([]);
    expect(fieldsFrom("NS", "UTS_NS")).toEqual(["ckpt_hdr_ns.uts_objref"]);
  });

  it("by place are told where no field refers", () => {
    expect(fieldsFrom("FILE", "SECURITY")).toEqual(["place"]);
    expect(fieldsFrom("USER", "USER")).toEqual(["place"]);
    expect(fieldsFrom("FILE", "TTY")).toEqual(["ckpt_hdr_file_tty.tty_objref"]);
  });

  it("are all that the schema has", () => {
    const told = new Set(
      references.flatMap(({ field, to }) => (field ? `${field.struct.key}.${field.path} ${to}` : [])),
    );
    const paths = (fields: readonly Field[], prefix: string): string[] =>
      fields.flatMap(({ key, meanings, nested }) => [
        ...meanings.properties.refers.values().flatMap((refers) => refers.map((to) => `${prefix}${key} ${to}`)),
        ...paths(nested?.fields ?? [], `${prefix}${key}.`),
      ]);
    const all = REAL_SITE.model.structs.flatMap(({ key, fields }) => paths(fields, `${key}.`));
    expect(all.filter((one) => !told.has(one))).toEqual([]);
  });

  it("stand in the table, with a link to the field", () => {
    const { rows, columns } = table(page, "References to objects, over all versions");
    expect(rows).toHaveLength(references.length);
    const mapping = rows.find(({ cells }) => cells.map(plain).includes("ckpt_hdr_vma.vma_objref"));
    expect(mapping?.cells[1]).toMatchObject([
      { kind: "link", to: { page: "structs/ckpt_hdr_vma", anchor: "vma_objref" } },
    ]);
    expect(rowsOf({ ...table(page, TYPES), rows, columns }).map(({ From }) => From)).toContain("image");
  });
});

describe("the graph", () => {
  const [figure] = figuresOf(page.blocks);
  if (!figure) throw new Error("the page has no figure");

  it("has a box for everything that refers or is referred to, within its bounds", () => {
    const names = new Set(references.flatMap(({ from = REAL_SITE.model.grammar.start, to }) => [from, to]));
    const svg = svgOf(figure.drawing);
    expect(svg.match(/<rect/g)).toHaveLength(names.size);
    for (const name of names) expect(svg).toMatch(new RegExp(`>${name}( ↺)?</text>`));
    expect(outside(figure.drawing)).toEqual([]);
  });

  it("is the same each time", () => {
    expect(svgOf(figuresOf(objects(REAL_SITE).blocks)[0]?.drawing as never)).toBe(svgOf(figure.drawing));
  });

  it("has no two boxes in the same place", () => {
    const boxes = [
      ...svgOf(figure.drawing).matchAll(/<rect class="[^"]*" x="([^"]*)" y="([^"]*)" width="([^"]*)"/g),
    ].map(([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }));
    for (const [i, one] of boxes.entries())
      for (const other of boxes.slice(i + 1))
        expect(one.y !== other.y || one.x + one.width < other.x || other.x + other.width < one.x).toBe(true);
  });

  it("marks what refers to its own kind, and draws circles", () => {
    const node = (name: string) => ({ name, title: name, to: { page: "index" }, className: "box" });
    const drawing = graphDrawing(
      [node("A"), node("B")],
      [
        { from: "A", to: "B", dashed: false },
        { from: "B", to: "A", dashed: true },
        { from: "B", to: "B", dashed: false },
      ],
    );
    const svg = svgOf(drawing);
    expect(svg).toContain(">B ↺</text>");
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(outside(drawing)).toEqual([]);
  });
});

it("is small enough, and works for a small schema", () => {
  expect(renderHtml(page).length).toBeLessThan(300_000);
  expect(objectReferences(SMALL_SITE).map(({ from, to }) => [from, to])).toEqual([[undefined, "BOX"]]);
  expect(objects(SMALL_SITE).blocks.length).toBeGreaterThan(4);
});
