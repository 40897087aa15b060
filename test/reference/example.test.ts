/** The worked example describes every byte of a real image, and agrees with the tools. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { plain } from "../../generator/emit/reference/content.js";
import { readExampleImage } from "../../generator/emit/reference/example/index.js";
import { readExample } from "../../generator/emit/reference/example/read.js";
import { CHAPTERS, EXAMPLE_ABI } from "../../generator/emit/reference/example/story.js";
import { hex } from "../../generator/emit/reference/hex.js";
import { renderHtml } from "../../generator/emit/reference/html.js";
import { example } from "../../generator/emit/reference/pages/example.js";
import { decodeRecord, ImageFormat, MemorySource, readTree, records } from "../../tools/image/index.js";
import { compile, edited, realSchema } from "../generator/mistake.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";
import { tablesOf } from "./tables.js";

const { model, layouts } = REAL_SITE;
const image = readExampleImage(model, layouts);
if (!image) throw new Error(`the schema has no ${EXAMPLE_ABI}`);
const { bytes, records: told } = image;
const [version = "", arch = ""] = EXAMPLE_ABI.split("/");
const format = new ImageFormat(abi(version, arch));
const source = new MemorySource(bytes);

describe("the image", () => {
  it("is one that a kernel wrote", () => {
    const fixture = readFileSync(new URL("../fixtures/images/v16-self-min.img", import.meta.url));
    expect(Buffer.compare(fixture, bytes)).toBe(0);
  });

  it("is covered to the last byte, each by one piece", () => {
    let end = 0;
    for (const { offset, size } of told.flatMap(({ pieces }) => pieces)) {
      expect(offset).toBe(end);
      expect(size).toBeGreaterThan(0);
      end += size;
    }
    expect(end).toBe(bytes.length);
  });
});

describe("the records", () => {
  it("are those that the tools find", () => {
    const found = [...records(format, source)].map(({ name, type, offset, length }) => [name, type, offset, length]);
    expect(told.map(({ type, number, offset, length }) => [type.name, number, offset, length])).toEqual(found);
  });

  it("have the values that the tools decode", () => {
    const nodes = [...readTree(format, source).root].filter((node) => node.record);
    let compared = 0;
    for (const { record, contains } of nodes) {
      const own = told.find(({ offset }) => offset === record?.offset);
      if (!record || !own) throw new Error("a record is missing");
      const { value, payload } = decodeRecord(format, source, record, contains);
      for (const piece of own.pieces) {
        if (piece.kind === "padding" || piece.value === undefined) continue;
        // Elements of an array after the record are fields too, and those of a record without a struct are its header's.
        const isElement = payload?.kind === "elements" && piece.offset >= record.payload.start;
        const index = isElement
          ? Math.floor((piece.offset - record.payload.start) / (record.payloadLength / payload.elements.length))
          : 0;
        const of = isElement ? payload.elements[index] : value;
        if (piece.kind === "field")
          expect(`${at(of, piece.name) ?? at(of, `h.${piece.name}`)}`, `${record.title} ${piece.name}`).toBe(
            `${piece.value}`,
          );
        else if (payload?.kind === "text") expect(payload.text.split("\0")[0]).toBe(piece.value);
        else continue;
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it("of pages begin with addresses within the mapping before them", () => {
    const number = (name: string, from: number) =>
      told
        .slice(0, from)
        .flatMap(({ pieces }) => pieces.filter((piece) => piece.name === name))
        .at(-1)?.value as bigint;
    const pages = told.flatMap(({ pieces }, i) =>
      pieces.filter(({ name }) => name.startsWith("address of")).map(({ value }) => [i, value as bigint] as const),
    );
    expect(pages.length).toBe(4);
    for (const [i, address] of pages) {
      expect(address % 4096n).toBe(0n);
      expect(address).toBeGreaterThanOrEqual(number("vm_start", i));
      expect(address).toBeLessThan(number("vm_end", i));
    }
  });

  it("begin the objects that the texts say", () => {
    const objects = CHAPTERS.flatMap(({ passages }) => passages.flatMap(({ object }) => object ?? []));
    expect(objects).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("what does not fit", () => {
  const passages = CHAPTERS.flatMap((chapter) => chapter.passages);
  const read = (places: typeof passages) => readExample(model, layouts, image.abi, bytes, places);

  it("is refused when a text is about another record", () => {
    expect(() => read(passages)).not.toThrow();
    expect(() => read(passages.slice(1))).toThrow(
      "The text of the example is about BUFFER (3) with 73 bytes at 0; there is a record 1 with 48.",
    );
    expect(() => read(passages.slice(0, -1))).toThrow(
      "The texts of the example end at byte 18319, the image has 18335.",
    );
    expect(() => read([...passages, ...passages.slice(-1)])).toThrow("at 18335; there is a record 0 with 0");
    expect(() => read(passages.map((one) => ({ ...one, ...(one.object && { object: 9 }) })))).toThrow(
      "The text of the example is about object 9 at 387; there is 1.",
    );
  });

  it.each([
    {
      what: "a record with another number",
      edit: ["records.yaml", "number: { v16: 3, v18-dev-a: 4 }", "number: { v16: 90, v18-dev-a: 4 }"],
      told: "BUFFER has the number 90 in v16/x86_32, but a real image has one with the number 3",
    },
    {
      what: "a struct that is too long",
      edit: [
        "structs/image.yaml",
        "        doc: Confirms the end of the image; it always has this value.\n",
        "        doc: Confirms the end.\n      more: { type: u64, doc: More. }\n",
      ],
      told: "ckpt_hdr_tail has 24 bytes in v16/x86_32, but a real image has a TAIL of 16",
    },
    {
      what: "a payload of another name",
      edit: ["grammar.yaml", "as: task_name\n          until: v17", "as: name_of_task\n          until: v17"],
      told: "the grammar has no STRING called `task_name` in v16/x86_32, but a real image has",
    },
  ] as const)("is a problem of the schema when it has $what", ({ edit, told: message }) => {
    const { problems, files } = compile(edited(realSchema(), edit));
    expect(problems.map((problem) => [problem.rule, problem.message, problem.suggestion])).toEqual([
      ["contradicted-by-image", message, "what kernels of v16/x86_32 wrote does not change"],
    ]);
    expect(files.size).toBe(0);
  });
});

describe("the page", () => {
  const page = example(REAL_SITE);
  const tables = tablesOf(page);
  const dumps = page.blocks.filter((block) => block.kind === "dump");

  it("has a table for every record, with a row for every piece, and one of all", () => {
    expect(tables.length).toBe(1);
    expect(tables[0]?.rows.length).toBe(told.length);
    expect(dumps.map(({ rows }) => rows.length)).toEqual(told.map(({ pieces }) => pieces.length));
  });

  it("has the bytes of every row, and says how many are left out", () => {
    let end = 0;
    for (const { range, bytes: shown, rest } of dumps.flatMap(({ rows }) => rows)) {
      expect(range.offset).toBe(end);
      end += range.size;
      expect(hex(shown)).toBe(hex(bytes.subarray(range.offset, range.offset + Math.min(range.size, 32))));
      const more = range.size - shown.length;
      if (more === 0) expect(rest).toBeUndefined();
      else expect(rest).toMatch(new RegExp(`^and ${more} more(, all zero)?$`));
    }
    expect(end).toBe(bytes.length);
  });

  it("explains fields, the header of records once", () => {
    const rows = dumps.flatMap(({ rows: own }) => own.map(({ cells }) => cells.map(plain)));
    expect(rows.filter(([, field]) => field === "magic").map((cells) => cells[3])[0]).toMatch(/^Marks the file as/);
    expect(rows.filter(([, field, , meaning]) => field === "h.len" && meaning !== "").map(([at]) => at)).toEqual(["4"]);
  });

  it("shows names, objects, times and texts as such", () => {
    const cells = dumps.flatMap(({ rows }) =>
      rows.map(({ cells: [at = [], ...own], bytes: shown }) => [plain(at), hex(shown), ...own.slice(0, 2).map(plain)]),
    );
    expect(cells).toContainEqual(["16", "01 00", "arch_id", "CKPT_ARCH_X86_32 (1)"]);
    expect(cells).toContainEqual(["32", "ba 0a 04 6b 00 00 00 00", "time", "2026-11-23T09:43:22Z"]);
    expect(cells).toContainEqual(["831", "05 00 00 00", "fd_objref", "object 5"]);
    expect(cells).toContainEqual(["295", "00 00 00 00", "padding", ""]);
    expect(cells).toContainEqual(["371", "63 6b 00 70 70 65 72 00 00 00 00 00 00 00 00 00", "task name", '"ck"']);
  });

  it("is small enough", () => {
    expect(renderHtml(page).length).toBeLessThan(300_000);
  });

  it("says so where the schema has no such ABI", () => {
    expect(example(SMALL_SITE).blocks).toEqual([
      { kind: "paragraph", content: ["There is no example: it is an image of v16/x86_32."] },
    ]);
  });
});

/** The value at a path such as `common.f_pos`. */
function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
