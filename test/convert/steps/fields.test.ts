/** Conversions of fields that follow from the schema alone, without a step. */

import { describe, expect, it } from "vitest";
import { opened } from "../../opened.js";
import { convert, converted, edited, fields, losses, made, obstacles } from "../conversions.js";
import { clean, lengths, plain, returns } from "./images.js";

const TASK = [
  "exit_signal",
  "pdeath_signal",
  "set_child_tid",
  "clear_child_tid",
  "robust_futex_head_len",
  "robust_futex_list",
];
const values = [17, 9, 0x1000, 0x2000, 24, 0x3000];
/** Assigns the same values to fields of a task. */
const task = (abi: string, ...more: string[]) =>
  plain(abi, ...TASK.map((path, i) => `task[0].${path}=${values[i]}`), ...more);

describe("records of tasks", () => {
  it.each([
    ["v19-rc3", "v19", 72, 64],
    ["v22-arm", "v23-rc1-a", 64, 80],
    ["v23-rc1-c", "v23-rc2", 80, 80],
  ])("%s to %s: another order of the same fields", async (from, to, before, after) => {
    const source = task(`${from}/x86_64`);
    const { image, report } = await clean(source, `${from}/x86_64`, to);
    expect(fields(image, "TASK", TASK)).toEqual(values);
    expect(lengths(image, "TASK")).toEqual([after]);
    expect(report.losses).toEqual([]);
    const back = await clean(
      task(`${to}/x86_64`, ...(to === "v23-rc2" ? ["task[0].flags=0"] : [])),
      `${to}/x86_64`,
      from,
    );
    expect(fields(back.image, "TASK", TASK)).toEqual(values);
    expect(lengths(back.image, "TASK")).toEqual([before]);
    expect(back.report.losses.filter(({ record }) => record === "TASK")).toEqual([]);
    expect(await returns(source, `${from}/x86_64`, to)).toBe(true);
  });

  it("alternate stacks and flags are lost", async () => {
    const stack = plain("v23-rc1-a/x86_64", "task[0].sas_ss_sp=0x7000", "task[0].sas_ss_size=8192");
    expect(losses(await clean(stack, "v23-rc1-a/x86_64", "v22-arm"))).toEqual([
      "TASK.sas_ss_sp: 28672",
      "TASK.sas_ss_size: 8192",
    ]);
    const flags = plain("v23-rc2/x86_64", "task[0].flags=0x40");
    expect(losses(await clean(flags, "v23-rc2/x86_64", "v23-rc1-c"))).toEqual(["TASK.flags: 64"]);
  });
});

describe("records of threads", () => {
  it("v22 to v23-rc1-a: no address to return to from sysenter, which is lost on the way back", async () => {
    const { image } = await clean(
      plain("v22-arm/x86_32", "task[0].thread.thread_info_flags=4"),
      "v22-arm/x86_32",
      "v23-rc1-a",
    );
    expect(fields(image, "THREAD", ["sysenter_return", "thread_info_flags"])).toEqual([0, 4]);
    expect(lengths(image, "THREAD")).toEqual([48]);
    const back = await clean(
      plain("v23-rc1-a/x86_32", "task[0].thread.sysenter_return=0xb7fff414"),
      "v23-rc1-a/x86_32",
      "v22-arm",
    );
    expect(losses(back)).toEqual([`THREAD.sysenter_return: ${0xb7fff414}`]);
  });
});

describe("types of messages", () => {
  const OLD = "v19-rc2-b/x86_32";
  const NEW = "v19-rc3/x86_32";
  const queue = (abi: string, type: string) =>
    edited(made(abi, { tasks: 1, pages: 1 }), abi, `ipc_ns[0].message[1].m_type=${type}`);

  it("v19-rc2-b to v19-rc3: 64 bits with the sign, in a record of the same length", async () => {
    const { image } = await converted(queue(OLD, "-5"), OLD, "v19-rc3");
    expect([0, 1].map((nth) => fields(image, "IPC_MSG_MSG", ["m_type", "m_ts"], nth))).toEqual([
      [1, 0],
      [-5, 21],
    ]);
    expect(lengths(image, "IPC_MSG_MSG")).toEqual([24, 24, 24]);
  });

  it("v19-rc3 to v19-rc2-b: refused when it needs more than 32 bits", async () => {
    expect(obstacles(await convert(queue(NEW, "0x7fffffff"), NEW, "v19-rc2-b"))).toEqual([]);
    expect(obstacles(await convert(queue(NEW, "0x80000000"), NEW, "v19-rc2-b"))).toEqual(["IPC_MSG_MSG.m_type"]);
  });
});

describe("the header", () => {
  it.each([
    ["v18-dev-b/s390x", "v19-rc1", { rev: [3, 4], arch_id: [2, 2] }],
    ["v19-rc2-b/s390x", "v19-rc3", { rev: [4, 5], arch_id: [2, 3] }],
    ["v19-rc2-b/x86_64", "v19-rc3", { rev: [4, 5], arch_id: [5, 2] }],
    ["v20-a/powerpc64", "v20-b", { rev: [6, 6], arch_id: [5, 5] }],
    ["v19/x86_32", "v20-a", { rev: [5, 6], arch_id: [1, 1] }],
    ["v22-arm/arm", "v23-rc2-arm", { rev: [6, 6], arch_id: [6, 4] }],
  ])("%s to %s: revision and number of the architecture", async (abi, to, { rev, arch_id }) => {
    const source = plain(abi, "header.time=1234567890", "header.patch=77", "release=2.6.77");
    const header = ["rev", "arch_id", "time", "patch"];
    expect(fields(opened(source, abi), "HEADER", header)).toEqual([rev[0], arch_id[0], 1234567890, 77]);
    const { image } = await clean(source, abi, to);
    expect(fields(image, "HEADER", header)).toEqual([rev[1], arch_id[1], 1234567890, 77]);
  });
});

describe("enumerators with another number", () => {
  it("types of records and objects, and what is not on the other side", async () => {
    // v18 has no eventfd files, and other numbers for its own record types.
    const { report } = await convert(made("v18-dev-b/x86_64", { tasks: 1, pages: 1 }), "v18-dev-b/x86_64", "v18-dev-a");
    expect(report.obstacles.map(({ record, field, why }) => [record, field, why])).toEqual(
      expect.arrayContaining([["FILE", "f_type", "v18-dev-a has no CKPT_FILE_EVENTFD"]]),
    );
    const { image } = await clean(plain("v18/x86_64"), "v18/x86_64", "v18-dev-a");
    const numbers = [...image.root].flatMap(({ record }) => (record?.name === "BUFFER" ? record.type : []));
    expect(new Set(numbers)).toEqual(new Set([4]));
  });

  it("segments of 64-bit programs have no code up to v19-rc2-a", async () => {
    const { report } = await convert(plain("v19-rc2-b/x86_64"), "v19-rc2-b/x86_64", "v19-rc2-a");
    expect(report.obstacles.map(({ record, field, why }) => `${record}.${field}: ${why}`)).toEqual([
      "CPU.cs: v19-rc2-a has no CKPT_X86_SEG_USER64_CS",
      "CPU.ss: v19-rc2-a has no CKPT_X86_SEG_USER64_DS",
    ]);
  });

  it("an empty selector is one in v16 as well, although it has no codes", async () => {
    const { image } = await clean(plain("v17/x86_32", "task[0].cpu.es=0"), "v17/x86_32", "v16");
    expect(fields(image, "CPU", ["ds", "es"])).toEqual([0x7b, 0]);
  });
});
