/** Every field of every record has a unique path that leads to it, and setting it to its own value does not change a bit. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listFields } from "../../tools/edit/list.js";
import { listBeginning } from "../../tools/edit/list-prefix.js";
import { parsePath } from "../../tools/edit/path.js";
import { planEdits } from "../../tools/edit/plan.js";
import { fieldText } from "../../tools/edit/value.js";
import { type Image, openImage } from "../../tools/image/image.js";
import { MemorySource, records } from "../../tools/image/index.js";
import { realImage } from "../images/fixtures.js";
import { bytesOf, openedMade, openedReal } from "../opened.js";

const MADE = [
  "v16/x86_32",
  "v17/s390",
  "v18/powerpc64",
  "v19/s390x",
  "v21/powerpc",
  "v23-rc1-a/x86_64",
  "v23-rc2-arm/arm",
];

function checkAll(image: Image): void {
  const listed = [...listFields(image, { all: true })];
  expect(new Set(listed.map(({ path }) => path)).size).toBe(listed.length);
  const assignments = listed.map(({ path, field }) => ({ path: parsePath(path), value: fieldText(field) }));
  const { edits, result } = planEdits(image, assignments);
  expect(result.changes).toEqual([]);
  const places = (fields: typeof listed) => fields.map(({ path, field }) => [path, field.offset, field.size]);
  expect(places(edits.map(({ path, field }) => ({ path, field })))).toEqual(places(listed));
  const withHeader = new Set(
    listed.filter(({ path }) => path.endsWith(".h.len")).map(({ field }) => field.record.offset),
  );
  const all = [...records(image.format, image.source)];
  expect(
    all.filter(({ offset }) => !withHeader.has(offset)).map(({ title, offset }) => `${title} at ${offset}`),
  ).toEqual([]);
}

describe("made images", () => {
  it.each(MADE)("%s", (abi) => checkAll(openedMade(abi, { tasks: 6 })));

  it("with a message of a kernel that gave up", () => {
    checkAll(openedReal(realImage("v16-tree-notfrozen.img")));
  });
});

describe("real images", () => {
  it.each(["v16-self-full", "v20h-tree-thread"])("%s", (name) => checkAll(openedReal(realImage(`${name}.img`))));
});

describe("damaged images", () => {
  const image = openedReal(realImage("v16-tree-sub.img"));
  const bytes = bytesOf(image);

  it("are listed up to the damage", () => {
    const cut = openImage(new MemorySource(bytes.subarray(0, 9000)), { abi: "v16/x86_32" });
    expect(cut.end).toBe("damaged");
    const whole = [...listFields(image)].map(({ path }) => path);
    const paths = [...listFields(cut)].map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(100);
    // If the removed part had further nodes of a name, the remaining ones may need no number.
    expect(paths.filter((path) => !whole.includes(path)).length).toBeLessThan(3);
  });

  it("name objects that share a number by their offsets", () => {
    const twice = bytes.slice();
    const [, second] = [...image.objects.values()].filter(({ rule }) => rule === "FILE");
    const first = [...image.objects.values()].find(({ rule }) => rule === "FILE");
    new DataView(twice.buffer).setInt32((second?.offset ?? 0) + 12, first?.object?.objref ?? 0, true);
    checkAll(openImage(new MemorySource(twice), { abi: "v16/x86_32" }));
  });
});

describe("images with random damage", () => {
  const image = openedReal(realImage("v16-self-min.img"));
  const original = bytesOf(image);
  const { length } = original;

  it("are listed without harm, and what is listed can be read and set", () => {
    const damage = fc.array(fc.tuple(fc.nat(Math.min(length, 5000) - 1), fc.constantFrom(0, 1, 8, 127, 255)), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(damage, fc.integer({ min: 0, max: length }), (bytes, end) => {
        const damaged = original.slice(0, Math.max(end, 1000));
        for (const [at, byte] of bytes) if (at < damaged.length) damaged[at] = byte;
        const opened = openImage(new MemorySource(damaged), { abi: "v16/x86_32" });
        const listed = [...listFields(opened, { all: true })];
        const assignments = listed.map(({ path, field }) => ({ path: parsePath(path), value: fieldText(field) }));
        const { edits, result } = planEdits(opened, assignments);
        expect(result.changes).toEqual([]);
        expect(edits.map(({ field }) => field.offset)).toEqual(listed.map(({ field }) => field.offset));
      }),
      { numRuns: 15 },
    );
  });
});

describe("the list", () => {
  const image = openedMade("v21/x86_64", { tasks: 3 });

  it("can be limited to a prefix", () => {
    const all = [...listFields(image)].map(({ path }) => path);
    for (const prefix of ["task[0].", "file[", "mm[", "header.con", "nothing", "task[0].cpu.ip"])
      expect([...listFields(image, { prefix })].map(({ path }) => path)).toEqual(
        all.filter((path) => path.startsWith(prefix)),
      );
  });

  it("leaves headers and padding out if not asked", () => {
    const few = [...listFields(image)].map(({ path }) => path);
    const all = [...listFields(image, { all: true })].map(({ path }) => path);
    expect(all.length).toBeGreaterThan(few.length);
    expect(few.filter((path) => /\.h\.|padding/.test(path))).toEqual([]);
  });
});

describe("what begins as somebody has typed", () => {
  const image = openedReal(realImage("v20h-tree-sub.img"));
  const begin = (prefix: string) => [...listBeginning(image, prefix)].map(({ path }) => path);

  it.each([
    ["header.re", ["header.rev"]],
    ["mm[0].vma[3].vm_f", ["mm[0].vma[3].vm_flags"]],
    ["task[pid=185].restart_block.f", ["task[pid=185].restart_block.function_type"]],
    ["task[0].mm.b", ["task[0].mm.brk"]],
    ["task[-1].files.fd[0].file.pa", ["task[-1].files.fd[0].file.path"]],
    ['task[comm="ck"].comm', ['task[comm="ck"].comm']],
    ["nothing[0].x", []],
  ])("%s", (prefix, paths) => {
    expect(begin(prefix)).toEqual(paths);
  });

  it("an element that is not complete", () => {
    const found = begin("mm[0].vma[");
    expect(found[0]).toBe("mm[0].vma[0].vma_type");
    for (const path of found) expect(path).toMatch(/^mm\[0\]\.vma\[/);
  });

  it("several, each with a path of its own", () => {
    expect(begin("task[*].mm.br")).toEqual(Array.from({ length: 7 }, (_, i) => `task[${i}].mm.brk`));
  });
});
