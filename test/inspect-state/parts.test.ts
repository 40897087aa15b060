import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { UsageError } from "../../tools/errors/usage-error.js";
import { ImageFormat } from "../../tools/image/index.js";
import { chooseTasks } from "../../tools/model/choose-tasks.js";
import { extended } from "../../tools/model/registers/x86-fpu.js";
import { reasonOf, signalName, signalsIn } from "../../tools/model/signals.js";
import { segmentOf, selectorOf } from "../../tools/model/x86-segments.js";

const format = (version: string, arch: string) => new ImageFormat(abi(version, arch));

describe("signal sets", () => {
  // Signal 1 is the lowest bit of the first word.
  it.each([
    ["x86_32", [0x02, 0, 0, 0, 0x01, 0, 0, 0x80]],
    ["x86_64", [0x02, 0, 0, 0, 0x01, 0, 0, 0x80]],
    ["powerpc", [0, 0, 0, 0x02, 0x80, 0, 0, 0x01]],
    ["powerpc64", [0x80, 0, 0, 0x01, 0, 0, 0, 0x02]],
    ["s390x", [0x80, 0, 0, 0x01, 0, 0, 0, 0x02]],
  ])("are read in the words of %s", (arch, bytes) => {
    expect(signalsIn(format("v20-a", arch), Uint8Array.from(bytes))).toEqual([2, 33, 64]);
  });
});

describe("reasons of signals", () => {
  const own = abi("v21", "x86_64");
  it.each([
    [11, 0x3_0001, { class: "fault", code: 1 }],
    [14, 0x1_fffe, { class: "timer", code: -2 }],
    [29, 0x2_0001, { class: "poll", code: 1 }],
    [10, -1, { class: "queue", code: -1 }],
    [10, 0xffff_fffb, { class: "queue", code: -5 }],
    [10, 0x6_fffd, { class: "message queue", code: -3 }],
    [9, 0x80, { class: "kill", code: 128 }],
    [9, 0x7fff_0001, { class: undefined, code: 1 }],
  ])("of signal %i, code %i", (signal, code, expected) => {
    expect(reasonOf(own, signal, code)).toMatchObject(expected);
  });

  it("have numbers for names where the kernel has none", () => {
    expect(signalName(own, 40)).toBe("SIG40");
  });
});

describe("x86 segments", () => {
  it("are decoded as the processor does", () => {
    expect(segmentOf(0, 0, 0)).toBeUndefined();
    // A flat code segment for 32-bit programs, and a small data segment that is not present.
    expect(segmentOf(1, 0x0000ffff, 0x00cffb00)).toEqual({
      ...{ index: 1, base: 0, limit: 0xffffffff, kind: "code", writable: false, bits: 32 },
      ...{ privilege: 3, present: true, usable: false },
    });
    expect(segmentOf(2, 0x43210321, 0xff517265)).toMatchObject({
      ...{ base: 0xff654321, limit: 0x10321, kind: "data", writable: true, bits: 32, privilege: 3, present: false },
      usable: true,
    });
  });

  it("are named by codes from v17 on, and by selectors before", () => {
    expect(selectorOf(format("v17", "x86_32"), 0)).toEqual({ kind: "null", selector: 0 });
    expect(selectorOf(format("v17", "x86_32"), 1)).toMatchObject({ kind: "user code", bits: 32 });
    expect(selectorOf(format("v21", "x86_64"), 4)).toMatchObject({ kind: "user data", bits: 64 });
    expect(selectorOf(format("v21", "x86_64"), 0x4002)).toMatchObject({ kind: "tls", index: 2 });
    expect(selectorOf(format("v21", "x86_64"), 0x8011)).toEqual({ kind: "ldt", index: 17, selector: 0x8f });
    expect(selectorOf(format("v21", "x86_64"), 77)).toEqual({ kind: "other", selector: undefined });
    expect(selectorOf(format("v16", "x86_32"), 0x0f)).toEqual({ kind: "ldt", index: 1, selector: 0x0f });
    expect(selectorOf(format("v16", "x86_32"), 3)).toEqual({ kind: "null", selector: 3 });
  });
});

it.each([
  [0x4000c90fdaa22168c235n, Math.PI],
  [0xbfff8000000000000000n, -1],
  [0n, 0],
  [0x7fff8000000000000000n, Number.POSITIVE_INFINITY],
  [0xffff8000000000000000n, Number.NEGATIVE_INFINITY],
  [0x7fffc000000000000000n, Number.NaN],
  [0x43fe8000000000000000n, 2 ** 1023],
  [0x3bcd8000000000000000n, 2 ** -1074],
  [0x7ffe8000000000000000n, Number.POSITIVE_INFINITY],
  [0x00000000000000000001n, 0],
])("an x87 register of %#x is %d", (bits, value) => {
  expect(extended(bits)).toBe(value);
});

describe("the tasks of a selection", () => {
  const tasks = [7, 1, 3, 0, 9].map((pid) => ({ pid, nested: [] as number[] }));

  it("are all without one", () => {
    expect(chooseTasks(tasks)).toBe(tasks);
  });

  it("stand in the order of the image", () => {
    expect(chooseTasks(tasks, "3, 7").map(({ pid }) => pid)).toEqual([7, 3]);
  });

  it.each([
    ["4", "no task has pid 4; the image has 1, 3, 7, 9"],
    ["3,5", "no task has pid 5; the image has 1, 3, 7, 9"],
    ["0", '--task takes a pid, or several with commas between them, not "0"'],
    ["", '--task takes a pid, or several with commas between them, not ""'],
    ["1,", '--task takes a pid, or several with commas between them, not "1,"'],
    ["-3", '--task takes a pid, or several with commas between them, not "-3"'],
    ["99999999999", '--task takes a pid, or several with commas between them, not "99999999999"'],
  ])("are refused for %j", (selection, message) => {
    expect(() => chooseTasks(tasks, selection)).toThrow(new UsageError("unknown-task", message));
  });

  it("are refused with the nearest pids where there are many", () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ pid: 10 * (i + 1), nested: [] }));
    expect(() => chooseTasks(many, "55")).toThrow(
      "no task has pid 55; the image has 20, 30, 40, 50, 60, 70, 80, 90 and 92 more",
    );
    expect(() => chooseTasks([], "1")).toThrow("no task has pid 1; the image has no task with a pid");
  });

  it("are those of namespaces below where the namespace of the root task has no such pid", () => {
    const inner = [
      { pid: 20, nested: [5] },
      { pid: 21, nested: [6, 2] },
      { pid: 22, nested: [6] },
    ];
    expect(chooseTasks(inner, "5")).toEqual([inner[0]]);
    expect(chooseTasks(inner, "2")).toEqual([inner[1]]);
    expect(() => chooseTasks(inner, "6")).toThrow(
      new UsageError("unknown-task", "2 tasks have pid 6 in pid namespaces of their own; ask for 21, 22"),
    );
    expect(() => chooseTasks(inner, "5,2")).toThrow("no task has pid 5; the image has 20, 21, 22");
  });
});
