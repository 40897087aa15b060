import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { infoOf } from "../../tools/inspect/info.js";
import { ipcOf } from "../../tools/inspect/ipc.js";
import { listAddressSpaces } from "../../tools/inspect/maps.js";
import { isoTime } from "../../tools/model/header.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { isV16, machineOf } from "../images/expectations.js";
import { COMPLETE, IMAGES } from "../images/fixtures.js";
import { opened, openedMade, openedReal } from "../opened.js";

describe.each(COMPLETE)("$name: info", (real) => {
  const image = openedReal(real);
  const info = infoOf(image);

  it("has the size and the records of the notes", () => {
    expect(info.size).toBe(real.notes.size);
    // The notes count the bytes after a record as a separate entry, even if there are none.
    expect(info.census.records + (info.census.recordTypes.get("FILE_PIPE") ?? 0)).toBe(real.notes.entries);
    expect([info.end, info.problems, info.errors]).toEqual(["complete", [], []]);
  });

  it("has the kernel and the flags", () => {
    const kernel = isV16(real) ? "2.6.30" : "2.6.33";
    expect(info.header).toMatchObject({ kernel, machine: machineOf(real), rev: isV16(real) ? 1 : 5 });
    // The oldest headers do not name the bit.
    expect(info.header.flags).toEqual(
      isV16(real) ? { names: [], rest: 1n } : { names: ["CHECKPOINT_SUBTREE"], rest: 0n },
    );
    expect(isoTime(info.header.time ?? 0n)).toMatch(/^2026-11-2[39]T\d\d:\d\d:\d\dZ$/);
  });

  it("counts tasks", () => {
    const threads = real.notes.pids.filter(([pid, , tgid]) => pid !== tgid).length;
    expect(info.tasks).toEqual({ processes: real.notes.pids.length - threads, threads, zombies: 0, missing: 0 });
  });

  it("adds up the memory of all address spaces", () => {
    const spaces = [...listAddressSpaces(image)].map(({ totals }) => totals);
    // Pages of System V segments are not part of an address space.
    const systemV = ipcOf(image, tasksOf(image))
      .flatMap(({ segments }) => segments)
      .reduce((sum, { present }) => sum + Number(present), 0);
    expect(info.memory).toMatchObject({
      addressSpaces: spaces.length,
      mappings: spaces.reduce((sum, { mappings }) => sum + mappings, 0),
      virtualSize: spaces.reduce((sum, { virtualSize }) => sum + virtualSize, 0n),
      present: spaces.reduce((sum, { present }) => sum + present, 0) + systemV,
    });
    expect(info.memory.pages * image.format.pageSize).toBe(info.memory.present);
    const kinds = [...info.census.mappings.values()];
    expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(info.memory.mappings);
  });

  it("counts every page that PGARR records announce, and every object", () => {
    let pages = 0;
    for (const node of image.root)
      if (node.record?.name === "PGARR") pages += image.fields(node).number("nr_pages") ?? 0;
    expect(info.memory.pages).toBe(pages);
    expect([...info.census.objects.values()].reduce((sum, count) => sum + count, 0)).toBe(image.objects.size);
    expect(info.census.objects.get("FILE")).toBe([...info.census.files.values()].reduce((sum, n) => sum + n, 0));
  });
});

describe("the shared segments", () => {
  it("count once, and files are none", () => {
    const { memory } = infoOf(openedMade("v21/x86_64", { tasks: 8 }));
    // Anonymous shared memory in three address spaces, and a System V segment.
    expect(memory.segments).toBe(2);
    expect(memory.segmentBytes).toBe(28672n);
  });
});

describe("an image of a checkpoint that failed", () => {
  it("is told with the message of the kernel", () => {
    const real = IMAGES.find(({ name }) => name.includes("notfrozen"));
    if (!real) throw new Error("no such image");
    const info = infoOf(opened(real.bytes));
    expect(info.end).toBe("error");
    expect(info.errors).toEqual([{ offset: 8, text: "task 186 (tree-root) is not frozen" }]);
    expect(info.header.kernel).toBeUndefined();
  });

  it("has its tasks all the same", () => {
    const info = infoOf(openedMade("v20-c/s390x", { tasks: 4, error: "[err -16] busy" }));
    expect(info.end).toBe("error");
    expect(info.errors.map(({ text }) => text)).toEqual(["[err -16] busy"]);
    expect(info.tasks.processes + info.tasks.threads + info.tasks.zombies).toBe(4);
  });
});

it("made images of all ABIs have all their tasks and a whole address space", () => {
  for (const version of registry.versions)
    for (const arch of registry.arches(version)) {
      const abi = `${version}/${arch}`;
      const { end, tasks, memory, header } = infoOf(openedMade(abi, { tasks: 3, pages: 4, plain: true }));
      expect({ abi, end, tasks }).toEqual({
        abi,
        end: "complete",
        tasks: { processes: 3, threads: 0, zombies: 0, missing: 0 },
      });
      expect([memory.addressSpaces, memory.pages], abi).toEqual([3, 12]);
      expect(header.kernel, abi).toMatch(/^2\.6\.\d+$|^3\.\d\.\d+$/);
    }
});

it("times that no calendar has are no texts", () => {
  expect(isoTime(0n)).toBe("1970-01-01T00:00:00Z");
  expect(isoTime(2n ** 64n - 1n)).toBeUndefined();
  expect(isoTime(8_640_000_000_000n)).toBe("+275760-09-13T00:00:00Z");
});
