import { describe, expect, it } from "vitest";
import { listFields } from "../../tools/edit/list.js";
import { verify } from "../../tools/verify/index.js";
import { realImage } from "../images/fixtures.js";
import { bytesOf, openedMade, openedReal } from "../opened.js";
import { differences, get, refusal, set, value } from "./images.js";

const ABIS = ["v16/x86_32", "v18/powerpc64", "v19/s390x", "v21/x86_64", "v23-rc2-arm/arm"];

describe.each(ABIS)("%s", (abi) => {
  const image = openedMade(abi, { tasks: 3, plain: true });
  const before = bytesOf(image);

  it.each([
    ["header.time", "1234567890"],
    ["task[0].comm", "worker"],
    ["task[-1].restart_block.arg_0", "0xdeadbeefcafe"],
    ["mm[0].vma[0].vm_flags", "VM_READ|VM_EXEC"],
    ["file[0].f_pos", "0b1010"],
    ["mm[0].brk", "0x1000"],
  ])("%s takes %s, and nothing else changes", (path, text) => {
    const { bytes, image: edited } = set(image, [`${path}=${text}`], { force: true });
    const field = [...listFields(image)].find(({ path: listed }) =>
      get(image, path)[0]?.startsWith(`${listed} = `),
    )?.field;
    expect(field).toBeDefined();
    const { offset = 0, size = 0 } = field ?? {};
    const changed = differences(before, bytes);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((at) => at < offset || at >= offset + size)).toEqual([]);
    const shown = value(edited, path);
    expect(/^(0[xb])?[\da-f]+$/i.test(text) ? Number(shown) : shown).toBe(
      /^(0[xb])?[\da-f]+$/i.test(text) ? Number(text) : text,
    );
  });

  it.each(["/x", "/a/much/longer/path/than/the/one/that/was/there/before", "/ü"])("a path can become %s", (path) => {
    const file = "file[f_type=CKPT_FILE_GENERIC].path";
    const first = get(image, file)[0]?.split(" = ") ?? [];
    const { bytes, image: edited } = set(image, [`${first[0]}=${path}`]);
    expect(value(edited, first[0] ?? "")).toBe(path);
    const delta = Buffer.byteLength(path) - Buffer.byteLength(first[1] ?? "");
    expect(bytes.length).toBe(before.length + delta);
    expect(edited.problems).toEqual([]);
    const others = (which: typeof image) =>
      [...listFields(which, { all: true })].map(({ path: name, field }) => [
        name,
        Buffer.from(field.bytes()).toString("latin1"),
      ]);
    const isEdited = ([name]: string[]) => name === first[0] || name === `${first[0]}.h.len`;
    expect(others(edited).filter((other) => !isEdited(other as string[]))).toEqual(
      others(image).filter((other) => !isEdited(other as string[])),
    );
    expect(Number(value(edited, `${first[0]}.h.len`))).toBe(8 + Buffer.byteLength(path) + 1);
    expect(verify(edited.format, edited.source).summary.errors).toBe(verify(image.format, image.source).summary.errors);
  });

  it("several at once, of both kinds", () => {
    const { image: edited } = set(image, [
      "task[0].comm=a",
      "file[0].f_pos=7",
      "task[1].comm=b",
      "file[0].path=/new/place",
    ]);
    expect([value(edited, "task[0].comm"), value(edited, "task[1].comm")]).toEqual(["a", "b"]);
    expect([value(edited, "file[0].f_pos"), value(edited, "file[0].path")]).toEqual(["7", "/new/place"]);
  });

  it("back and forth gives the same bytes", () => {
    const path = value(image, "file[0].path");
    const there = set(image, ["file[0].path=/somewhere/else"]);
    expect(Buffer.compare(set(there.image, [`file[0].path=${path}`]).bytes, before)).toBe(0);
  });
});

describe("texts of fixed length", () => {
  const image = openedReal(realImage("v16-self-full.img"));

  it("are filled up with NULs, also where an older text was longer", () => {
    const { bytes } = set(image, ["task[0].comm=x"]);
    const field = [...listFields(image)].find(({ path }) => path === "task[0].comm")?.field;
    expect(Buffer.from(field?.bytes() ?? []).toString("latin1")).toBe("ck\0pper".padEnd(16, "\0"));
    const { offset = 0 } = field ?? {};
    expect(Buffer.from(bytes.subarray(offset, offset + 16)).toString("latin1")).toBe("x".padEnd(16, "\0"));
  });

  it("refuse more than there is room for", () => {
    expect(refusal(() => set(image, ["task[0].comm=seventeen-letters"]))).toBe(
      "task[0].comm: the text takes 17 bytes, and its array has room for 15 and a closing NUL",
    );
    expect(refusal(() => set(image, [`ns.nodename=${"n".repeat(65)}`]))).toBe(
      "ns.nodename: the text takes 65 bytes, and its array has room for 64 and a closing NUL",
    );
    expect(value(set(image, [`ns.nodename=${"n".repeat(64)}`]).image, "ns.nodename")).toBe("n".repeat(64));
  });
});

describe("refused edits", () => {
  const image = openedReal(realImage("v20h-tree-sub.img"));

  it.each([
    ["header.rev=65536", "header.rev: it takes an integer from 0 to 65535, not 65536"],
    ["header.rev=-1", "header.rev: it takes an integer from 0 to 65535, not -1"],
    ["header.rev=five", 'header.rev: expected a number, found "five"'],
    ["header.rev=", "header.rev: expected a number, found nothing"],
    ["header.rev=089", "header.rev: 089 is not an octal number, although it begins with 0"],
    ["header.magic=3", "header.magic: it is always 0xfeed0cc0a2d200; --force sets it all the same"],
    ["header_arch._pading=1", "header_arch._pading: it is padding, which is never read; --force sets it anyway"],
    [
      "mm[0].brk=0x10000000000000000",
      "mm[0].brk: it takes an integer from 0 to 18446744073709551615, not 0x10000000000000000",
    ],
    ["mm[0].vma[0].vm_flags=VM_REED", 'mm[0].vma[0].vm_flags: v20-c has no "VM_REED" here; did you mean VM_READ?'],
    [
      "task[*].exit_signal=9",
      "task[*].exit_signal: column 1: it leads to task[0].exit_signal, task[1].exit_signal and perhaps more; only one can be set",
    ],
    [
      "cred[1].cap_s=0",
      "cred[1].cap_s: column 9: it is a group of fields and has no value of its own; say which one, as cred[1].cap_s.cap_i_0, cred[1].cap_s.cap_i_1, cred[1].cap_s.cap_p_0",
    ],
    [
      "sighand[0].action[1].sa_mask.sigset=ff",
      "sighand[0].action[1].sa_mask.sigset: it takes 8 bytes, not 1; their number cannot change",
    ],
    ["lsm_info=zz", "lsm_info: expected bytes in hexadecimal such as 00ff17, two digits each, or a text in quotes"],
  ])("%s", (assignment, message) => {
    expect(refusal(() => set(image, [assignment]))).toBe(message.replace("v20-c", image.format.abi.target.version));
  });

  it("two edits of the same bytes", () => {
    const twice = ["task[0].comm=a", "task[0].task_name=b"];
    expect(refusal(() => set(image, twice))).toBe("task[0].task_name: it changes the same bytes as task[0].comm");
    const length = ["file[0].path=/other", "file[0].path.h.len=9"];
    expect(refusal(() => set(image, length))).toMatch(/it changes the same bytes as/);
  });

  it("one bad edit refuses all", () => {
    expect(refusal(() => set(image, ["task[0].comm=a", "header.rev=x"]))).toMatch(/^header.rev/);
  });

  it.each([
    ["tree.nr_tasks=3", /expected TAIL \(9001\), found TASK/],
    ["task[0].exit_state=16", /found TASK|found THREAD/],
    ["mm[0].map_count=100", /VMA|FILE/],
    ["record[5].h.len=7", /length/],
    ["record[@0].h.type=77", /type 77|HEADER/],
    ["file[0].objref.objref=999", /./],
    ["task[0].task_objs.mm_objref=998", /998/],
  ])("what would break the image: %s", (assignment, finding) => {
    expect(refusal(() => set(image, [assignment]))).toMatch(finding);
    const { bytes, warnings } = set(image, [assignment], { force: true });
    expect(warnings.join("\n")).toMatch(finding);
    expect(Buffer.compare(bytes, bytesOf(image))).not.toBe(0);
  });

  it("but what was broken before is no reason", () => {
    const broken = set(image, ["task[0].task_objs.mm_objref=998"], { force: true }).image;
    expect(value(set(broken, ["task[1].comm=fine"]).image, "task[1].comm")).toBe("fine");
    const longer = set(broken, ["file[0].path=/moved/by/some/bytes"]).image;
    expect(value(longer, "file[0].path")).toBe("/moved/by/some/bytes");
  });

  it("a change of two fields that belong together is none", () => {
    const numbers = get(image, "mm[*].brk").map((line) => Number(/\[(\d+)\]/.exec(line)?.[1]));
    const [one = 0, other = 0] = numbers;
    const edited = set(image, [`task[0].task_objs.mm_objref=${other}`], { force: true });
    expect(value(edited.image, "task[0].mm.brk")).toBe(value(image, `mm[${other}].brk`));
    expect(one).not.toBe(other);
  });

  it("warns about a number without a name", () => {
    const { warnings } = set(image, ["task[0].exit_state=0", "mm[0].vma[0].vma_type=0x77"], { force: true });
    expect(warnings).toContain("mm[0].vma[0].vma_type: 119 has no name in vma_type");
  });
});

describe("registers that a restart loses", () => {
  const warningsOf = (name: string, ...texts: string[]) =>
    set(openedReal(realImage(`${name}.img`)), texts).warnings.filter((warning) => warning.includes("a restart"));

  it("are told of a 64-bit task that was caught in user mode", () => {
    // The task that runs in a loop.
    expect(warningsOf("x86_64-tree-thread", "task[5].cpu.cx=1", "task[5].cpu.r11=2", "task[5].cpu.dx=3")).toEqual([
      "task[5].cpu.cx: a restart loses it: the task was caught in user mode and goes on through sysret, which puts the address of the next instruction there",
      "task[5].cpu.r11: a restart loses it: the task was caught in user mode and goes on through sysret, which puts the flags there",
    ]);
  });

  it("are told of a 64-bit task in a system call", () => {
    expect(warningsOf("x86_64-self-min", "task[0].cpu.cx=1")).toEqual([expect.stringContaining("is in a system call")]);
  });

  it("are none of other tasks, or where nothing changes", () => {
    expect(warningsOf("x86_64-self-min", "task[0].cpu.cx=0xffffffffffffffff")).toEqual([]);
    expect(warningsOf("x86_64-self32-full", "task[0].cpu.cx=1")).toEqual([]);
    expect(warningsOf("v20h-tree-sub", "task[5].cpu.cx=1")).toEqual([]);
  });
});
