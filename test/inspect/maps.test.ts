import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { type ListedMapping, listAddressSpaces } from "../../tools/inspect/maps.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { executableOf, PAGE, savedTasks, sharersOf } from "../images/expectations.js";
import { WITNESSED } from "../images/fixtures.js";
import { openedMade, openedReal } from "../opened.js";

describe.each(WITNESSED)("$name: mappings", (real) => {
  const image = openedReal(real);
  const spaces = [...listAddressSpaces(image)].map((space) => ({ ...space, mappings: [...space.mappings] }));

  it("are the lines of /proc/PID/maps", () => {
    for (const [pid, { maps }] of savedTasks(real)) {
      const space = spaces.find(({ tasks }) => tasks.some((task) => task.pid === pid));
      expect(space?.mappings.map((mapping) => lineOf(mapping))).toEqual(
        maps.map(({ path, ...line }) => ({ ...line, path: path.startsWith("[threadstack:") ? "" : path })),
      );
    }
  });

  it("stand in address spaces that come once, with all their tasks", () => {
    const pids = spaces.flatMap(({ tasks }) => tasks.map(({ pid }) => pid));
    expect([...pids].sort()).toEqual(real.notes.pids.map(([pid]) => pid).sort());
    expect(new Set(spaces.map(({ objref }) => objref)).size).toBe(spaces.length);
    expect(spaces.some(({ tasks }) => tasks.length > 1)).toBe(sharersOf(real).length > 0);
  });

  it("add up", () => {
    for (const { mappings, totals, executable } of spaces) {
      expect(totals).toEqual({
        mappings: mappings.length,
        virtualSize: mappings.reduce((sum, { start, end }) => sum + end - start, 0n),
        present: mappings.reduce((sum, { present }) => sum + present, 0),
      });
      expect(executable).toBe(executableOf(real));
    }
  });

  it("have pages where the program wrote some", () => {
    for (const { address } of real.truth.pages) {
      const holders = spaces.flatMap(({ mappings }) =>
        mappings.filter(({ start, end }) => start <= address && address < end),
      );
      expect(holders.length).toBeGreaterThan(0);
      // Files and System V segments are elsewhere.
      if (holders.every(({ type }) => type !== "CKPT_VMA_SHM_FILE" && !type.startsWith("CKPT_VMA_SHM_IPC")))
        expect(holders.reduce((sum, { present }) => sum + present, 0)).toBeGreaterThanOrEqual(PAGE);
    }
  });
});

/** A mapping in the format of the kernel. */
function lineOf({ start, end, permissions, offset, type, path, use }: ListedMapping) {
  const shared = type.startsWith("CKPT_VMA_SHM_ANON") ? "/dev/zero (deleted)" : "";
  return {
    start: Number(start),
    end: Number(end),
    permissions,
    offset: Number(offset ?? 0n),
    // Each segment has an unlinked file, and the image does not say which.
    path: (path ?? use ?? shared).replace(/^(\/SYSV\w{8}) \(shmid \d+\)$/, "$1 (deleted)"),
  };
}

describe("the address spaces of a made image", () => {
  const image = openedMade("v23-rc2/x86_64", { tasks: 8 });
  const tasks = tasksOf(image);

  it("of one task are those that it uses, with the other tasks that use them", () => {
    const sharer = tasks.filter(({ name }) => name === "sharer");
    const spaces = [...listAddressSpaces(image, tasks, sharer)];
    expect(spaces.map(({ tasks: users }) => users.map(({ name }) => name))).toEqual([["init", "sharer", "init/1"]]);
  });

  it("count huge pages by their bytes", () => {
    const [space] = listAddressSpaces(image);
    const huge = [...(space?.mappings ?? [])].find(({ type }) => type === "CKPT_VMA_HUGETLB");
    expect(huge?.present).toBe(Number((huge?.end ?? 0n) - (huge?.start ?? 0n)));
  });

  it("name the heap, the stack and the vdso on every architecture", () => {
    for (const version of ["v16", "v19", "v23-rc2-arm"])
      for (const arch of registry.arches(version)) {
        const [space] = listAddressSpaces(openedMade(`${version}/${arch}`, { tasks: 1, plain: true }));
        const uses = [...(space?.mappings ?? [])].flatMap(({ use }) => use ?? []);
        expect(uses, `${version}/${arch}`).toEqual(expect.arrayContaining(["[heap]", "[stack]"]));
        const types = [...(space?.mappings ?? [])].map(({ type }) => type);
        expect(uses.includes("[vdso]"), `${version}/${arch}`).toBe(types.includes("CKPT_VMA_VDSO"));
      }
  });
});
