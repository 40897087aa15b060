/** Images that are opened without the records in their shared objects, and counted in the same walk. */
import { describe, expect, it } from "vitest";
import { openOutline } from "../../tools/image/image.js";
import { type Image, MemorySource, openImage } from "../../tools/image/index.js";
import { openCounted } from "../../tools/inspect/census.js";
import { infoOf } from "../../tools/inspect/info.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { IMAGES } from "../images/fixtures.js";
import { SOME_ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { made, nodesOf, setField } from "../memory/subjects.js";

const madeImages = SOME_ABIS.map((abi) => ({ name: abi, bytes: makeBytes({ abi }) }));

/** Everything that `ckpt info` prints, and what decides whether a file is an image. */
function summary(image: Image) {
  const tasks = tasksOf(image).map(({ pid, name, isZombie }) => ({ pid, name, isZombie }));
  return { info: infoOf(image), tasks, isNone: image.isNone, types: [...image.table.types].sort((a, b) => a - b) };
}

describe.each([...IMAGES, ...madeImages])("$name", ({ bytes }) => {
  it("counted while it is opened has the summary of the whole image", () => {
    expect(summary(openCounted(new MemorySource(bytes)))).toEqual(summary(openImage(new MemorySource(bytes))));
  });

  it("that ends anywhere has the summary of the whole image", () => {
    for (let part = 1; part < 8; part++) {
      const cut = bytes.slice(0, Math.floor((bytes.length * part) / 8));
      expect(summary(openCounted(new MemorySource(cut)))).toEqual(summary(openImage(new MemorySource(cut))));
    }
  });

  it("without the records in objects has the other rows of the whole image", () => {
    const whole = openImage(new MemorySource(bytes));
    const outline = openOutline(new MemorySource(bytes), { abi: whole.format.abi.name }, () => NOBODY);
    const rows: number[] = [];
    for (let row = 0; row < whole.size; row = whole.table.roleOf(row).object ? whole.table.end(row) : row + 1)
      rows.push(row);
    const kept = Array.from({ length: outline.size }, (_, row) => row).filter(
      (row) => row === 0 || !outline.table.roleOf(outline.table.parent(row)).object,
    );
    const place =
      ({ table }: Image) =>
      (row: number) => ({
        offset: table.offsetOf(row),
        length: table.lengthOf(row),
        type: table.typeOf(row),
        rule: table.roleOf(row).rule,
        objref: table.objrefOf(row),
      });
    expect(kept.map(place(outline))).toEqual(rows.map(place(whole)));
  });
});

const NOBODY = { enter() {}, leave() {}, record() {} };

it("keeps no row for a mapping", () => {
  const sizes = [50, 200].map((vmas) => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 2, vmas, plain: true });
    const image = openCounted(new MemorySource(bytes), { abi: "v21/x86_64" });
    return { rows: image.size, mappings: infoOf(image).memory.mappings };
  });
  expect(sizes.map(({ mappings }) => mappings)).toEqual([100, 400]);
  expect(sizes[0]?.rows).toBe(sizes[1]?.rows);
});

it("counts no more kinds of mappings than any version has one by one", () => {
  const subject = made("v21/x86_64", { tasks: 100, vmas: 4, plain: true });
  const vdso = subject.image.format.constant("CKPT_VMA_VDSO");
  // No records follow such a mapping, nor one of an unknown kind.
  const mappings = nodesOf(subject.image, "VMA").filter((vma) => subject.image.fields(vma).number("vma_type") === vdso);
  for (const [i, node] of mappings.entries()) setField(subject, node, "vma_type", 1000 + i);
  const { mappings: types } = infoOf(openCounted(new MemorySource(subject.bytes), { abi: "v21/x86_64" })).census;
  expect(mappings.length).toBe(100);
  expect(types.size).toBe(65);
  const counts = [...types].filter(([name]) => name.includes("type"));
  expect(counts.reduce((sum, [, { count }]) => sum + count, 0)).toBe(100);
});
