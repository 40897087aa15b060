import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import {
  convert,
  converted,
  edited,
  elementsOf,
  fields,
  losses,
  made,
  obstacles,
  order,
  payloadOf,
  records,
} from "../../conversions.js";
import { clean, plain, returns, words } from "../images.js";

const OLD = "v23-rc1-b/x86_64";
const NEW = "v23-rc1-c/x86_64";

describe("pid-objects", () => {
  it("v23-rc1-b to v23-rc1-c: every pid once, tasks first, and entries that name their numbers", async () => {
    const source = plain(OLD, "pids[0].vpgid=88", "pids[0].vsid=77", "signal.tty_old_pgrp=0");
    const { image } = await clean(source, OLD, "v23-rc1-c");
    expect(order(image.root).slice(6, 9)).toEqual(["pids", "TREE", "pids"]);
    // The object numbers of kernels of January to April 2011 begin one below the first.
    expect(fields(image, "PIDS", ["nr_pids", "nr_vpids", "offset"])).toEqual([4, 0, 0]);
    expect(words(payloadOf(image, "pid_table"))).toEqual([0, 1000, 0, 1, 0, 88, 0, 77]);
    expect(elementsOf(image, "pids")).toEqual([
      expect.objectContaining({ vpid: 1, vppid: 2, vtgid: 1, vpgid: 3, vsid: 4, depth: 0 }),
    ]);
    expect(await returns(source, OLD, "v23-rc1-c")).toBe(true);
  });

  it("pids from outside stay 0", async () => {
    const { image } = await clean(
      plain(OLD, "pids[0].vppid=0", "pids[0].vpgid=0", "pids[0].vsid=0", "signal.tty_old_pgrp=0"),
      OLD,
      "v23-rc1-c",
    );
    expect(words(payloadOf(image, "pid_table"))).toEqual([0, 1000]);
    expect(words(payloadOf(image, "pids"))).toEqual([1, 0, 1, 0, 0, 0]);
  });

  it("in the byte order of the machine", async () => {
    const source = plain("v23-rc1-b/s390x");
    const { image } = await clean(source, "v23-rc1-b/s390x", "v23-rc1-c");
    expect(words(payloadOf(image, "pid_table"), false)).toEqual([0, 1000, 0, 1]);
    expect(words(payloadOf(image, "pids"), false)).toEqual([1, 2, 1, 1, 1, 0]);
    expect(await returns(source, "v23-rc1-b/s390x", "v23-rc1-c")).toBe(true);
  });

  it("pids of nested namespaces move into the table", async () => {
    // The third task is the first one of a nested namespace.
    const source = made(OLD, { tasks: 3, pages: 1 });
    const { image } = await clean(source, OLD, "v23-rc1-c");
    expect(fields(image, "PIDS", ["nr_pids", "nr_vpids"])).toEqual([4, 1]);
    expect(words(payloadOf(image, "pid_table"))).toEqual([0, 1000, 0, 1001, 1, 1002, 1, 0, 1]);
    expect(words(payloadOf(image, "pids")).slice(12)).toEqual([3, 2, 3, 2, 1, 1]);
    expect(records(image, "vpids")).toEqual([]);
    expect(await returns(source, OLD, "v23-rc1-c")).toBe(true);
  });

  it("all other objects move up behind the pids, and so does who names them", async () => {
    const source = made(OLD, { tasks: 2, pages: 1, plain: true });
    const { image } = await clean(source, OLD, "v23-rc1-c");
    const before = opened(source, OLD);
    // Pids of two tasks and of a parent outside the image.
    expect([...image.objects.keys()]).toEqual([...before.objects.keys()].map((objref) => objref + 3));
    const refs = ["files_objref", "mm_objref", "fs_objref", "sighand_objref", "signal_objref"];
    const up = fields(before, "TASK_OBJS", refs, 1).map((objref) => Number(objref) + 3);
    expect(fields(image, "TASK_OBJS", refs, 1)).toEqual(up);
    expect(fields(image, "TASK_OBJS", ["sem_undo_objref"], 1)).toEqual([0]);
  });

  it("no pid is -1 before, and -4096 after", async () => {
    const there = await clean(plain(OLD, "signal.tty_old_pgrp=-1"), OLD, "v23-rc1-c");
    expect(fields(there.image, "SIGNAL", ["tty_old_pgrp"])).toEqual([-4096]);
    const back = await clean(plain(NEW, "signal.tty_old_pgrp=-4096"), NEW, "v23-rc1-b");
    expect(fields(back.image, "SIGNAL", ["tty_old_pgrp"])).toEqual([-1]);
    const group = await clean(plain(OLD, "signal.tty_old_pgrp=1000"), OLD, "v23-rc1-c");
    expect(fields(group.image, "SIGNAL", ["tty_old_pgrp"])).toEqual([1000]);
  });

  it("v23-rc1-c to v23-rc1-b: pids in place of numbers, also behind other objects", async () => {
    const source = made(NEW, { tasks: 3, pages: 1, container: true });
    const { image } = await clean(source, NEW, "v23-rc1-b");
    expect(order(image.root).slice(6, 9)).toEqual(["TREE", "pids", "vpids"]);
    expect(words(payloadOf(image, "pids"))).toEqual([
      ...[1, 0, 1, 1, 1, 0],
      ...[2, 1, 2, 2, 1, 0],
      ...[3, 2, 3, 2, 1, 1],
    ]);
    expect(words(payloadOf(image, "vpids"))).toEqual([1]);
    expect(records(image, "PIDS")).toEqual([]);
  });

  it("a pid that no task has to do with is lost", async () => {
    const source = edited(made(NEW, { tasks: 2, pages: 1, plain: true }), NEW, "pids[1].vpgid=1");
    expect(losses(await clean(source, NEW, "v23-rc1-b"))).toEqual([]);
    const table = await clean(plain(OLD), OLD, "v23-rc1-c");
    // The parent of the only task is second in the table.
    const orphan = edited(table.bytes, NEW, "pids[0].vppid=0");
    expect(losses(await clean(orphan, NEW, "v23-rc1-b"))).toEqual(["PIDS.pid_table[1]: [1]"]);
  });

  it("a table that does not end within its buffer is in the way, and named", async () => {
    const source = made("v23-rc1-c/s390x", { tasks: 2, pages: 1, plain: true });
    const start = records(opened(source, "v23-rc1-c/s390x"), "pid_table")[0]?.record?.payload.start ?? 0;
    source[start + 2] = 0x20;
    for (const to of ["v23-rc1-b", "v22-arm", "v19"]) {
      const { report, bytes } = await convert(source, "v23-rc1-c/s390x", to);
      expect(bytes).toBeUndefined();
      expect(report.obstacles).toMatchObject([
        {
          record: "BUFFER",
          field: "pid_table[0].depth",
          why: "the entry does not end within the buffer, so its pids and those after it are not known",
          examples: [{ value: "8192", offset: start - 8 }],
        },
      ]);
    }
  });

  it.each([
    ["a number that the table does not have", "pids[0].vsid=9", "BUFFER.pids[0].vsid"],
    ["a depth that the table does not have", "pids[0].depth=1", "BUFFER.pids[0].depth"],
  ])("back: %s is in the way", async (_, assignment, field) => {
    const source = edited(made(NEW, { tasks: 1, pages: 1, plain: true }), NEW, assignment);
    expect(obstacles(await convert(source, NEW, "v23-rc1-b"))).toEqual([field]);
  });

  it("back: counts that are not those of the table are set right", async () => {
    const source = edited(made(NEW, { tasks: 1, pages: 1, plain: true }), NEW, "PIDS.nr_pids=0", "PIDS.nr_vpids=2");
    const { report } = await converted(source, NEW, "v23-rc1-b");
    expect(report.repairs.map(({ field, examples: [first] }) => `${field}: ${first?.value}`)).toEqual([
      "nr_pids: 0",
      "nr_vpids: 2",
    ]);
  });

  it.each([
    ["no pid", "pids[0].vpid=-3", "BUFFER.pids[0].vpid"],
    ["a depth below nothing", "pids[0].depth=-1", "BUFFER.pids[0].depth"],
  ])("forward: %s is in the way", async (_, assignment, field) => {
    expect(obstacles(await convert(plain(OLD, assignment), OLD, "v23-rc1-c"))).toEqual([field]);
  });

  it("says that it is not known what process groups of terminals are in newer images", async () => {
    const { report, image } = await clean(
      plain(OLD, "signal.tty_pgrp=1000", "signal.tty_old_pgrp=-1"),
      OLD,
      "v23-rc1-c",
    );
    expect(fields(image, "SIGNAL", ["tty_pgrp"])).toEqual([1000]);
    const why = "what the field means in v23-rc1-c is not known for certain; it is taken to mean the same";
    expect(report.notes.filter(({ record }) => record === "SIGNAL")).toMatchObject([
      { field: "tty_pgrp", why, count: 1 },
      { field: "tty_old_pgrp", why, count: 1 },
    ]);
    const nothing = await clean(plain(OLD, "signal.tty_pgrp=0", "signal.tty_old_pgrp=0"), OLD, "v23-rc1-c");
    expect(nothing.report.notes).toEqual([]);
  });
});
