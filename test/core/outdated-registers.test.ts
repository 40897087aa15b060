/** Registers of an s390x image from before the checkpoint are not shown as those of the task at the checkpoint. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { processOfTask } from "../../tools/core/index.js";
import { FileSource } from "../../tools/files/file-source.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { listRegisters } from "../../tools/model/task-registers.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { text } from "../cli/ckpt.js";
import { convert } from "../convert/conversions.js";
import { made, nodesOf, setField } from "../memory/subjects.js";
import { write } from "./written.js";

const path = (name: string) => fileURLToPath(new URL(`../fixtures/images/${name}.img`, import.meta.url));
const WHY = "the task took the checkpoint itself, and the kernel wrote what was saved when it last lost the processor";

describe("a task that took the checkpoint itself", () => {
  // The truth file states f0=1.5 to f15=-15.75; the image has zeros.
  const name = path("s390x-self-full");
  const image = openImage(new FileSource(name));

  it("has no floating point registers in what ckpt regs prints", async () => {
    const printed = await text("regs", "--fpu", name);
    expect(printed).toContain(`no floating point registers: ${WHY}\n`);
    expect(printed).not.toMatch(/^ +f15 /m);
    expect(printed).toMatch(/^ +acr0 /m);
  });

  it("has them marked in JSON", () => {
    const [registers] = listRegisters(image, tasksOf(image));
    expect(
      registers?.groups?.flatMap(({ name: group, outdated }) => (outdated === undefined ? [] : [[group, outdated]])),
    ).toEqual([["floating point", WHY]]);
  });

  it("has none in the core, which says so", async () => {
    const { report } = await write(image);
    expect(report.notes.map(({ type }) => type)).toEqual([
      "NT_PRSTATUS",
      "NT_PRPSINFO",
      "NT_SIGINFO",
      "NT_AUXV",
      "NT_FILE",
      "NT_S390_SYSTEM_CALL",
    ]);
    expect(report.threads.map(({ hasFloatingPoint }) => hasFloatingPoint)).toEqual([false]);
    expect(report.remarks.filter(({ code }) => code.endsWith("registers") || code === "no-floating-point")).toEqual([
      { code: "outdated-registers", message: `no floating point registers of thread 14: ${WHY}` },
    ]);
  });
});

describe("a converted image of such a task", () => {
  it("has no floating point registers either, though the number of the system call is that of its old kernel", async () => {
    const bytes = new Uint8Array(readFileSync(path("s390x-self-full")));
    const { bytes: converted } = await convert(bytes, "v19/s390x", "v23-rc2");
    if (!converted) throw new Error("it was not converted");
    const image = openImage(new MemorySource(converted), { abi: "v23-rc2/s390x" });
    const [registers] = listRegisters(image, tasksOf(image));
    expect(registers?.groups?.filter(({ outdated }) => outdated).map(({ name }) => name)).toEqual(["floating point"]);
  });
});

describe("tasks that others checkpointed", () => {
  const image = openImage(new FileSource(path("s390x-tree-thread")));

  it("have their floating point registers", async () => {
    const spinning = tasksOf(image).find(({ name }) => name === "kid-spin");
    const [registers] = listRegisters(image, spinning ? [spinning] : []);
    const floats = registers?.groups?.find(({ name }) => name === "floating point");
    expect(floats?.outdated).toBeUndefined();
    expect(floats?.registers.map(({ text: shown }) => shown).slice(0, 5)).toEqual([
      "1.5",
      "-2.25",
      "1024",
      "0.15625",
      "4.5",
    ]);
    const { report } = await write(image, `${spinning?.pid}`);
    expect(report.threads.map(({ hasFloatingPoint }) => hasFloatingPoint)).toEqual([true]);
  });
});

describe("access registers of a task that took the checkpoint itself", () => {
  const outdatedIn = (version: string) => {
    const subject = made(`${version}/s390x`, { tasks: 1, plain: true });
    const [cpu] = nodesOf(subject.image, "CPU");
    if (!cpu) throw new Error("no registers");
    setField(subject, cpu, "svcnr", subject.image.format.constant("__NR_checkpoint"));
    const image = openImage(new MemorySource(subject.bytes), { abi: `${version}/s390x` });
    const [registers] = listRegisters(image, [...processOfTask(image, undefined).threads]);
    return registers?.groups?.filter(({ outdated }) => outdated).map(({ name }) => name);
  };

  it("are as old up to v19-rc3, whose kernels did not store the current ones", () => {
    expect(outdatedIn("v18-dev-a")).toEqual(["access", "floating point"]);
    expect(outdatedIn("v19-rc3")).toEqual(["access", "floating point"]);
  });

  it("are current from v19 on", () => {
    expect(outdatedIn("v19")).toEqual(["floating point"]);
    expect(outdatedIn("v23-rc2")).toEqual(["floating point"]);
  });
});
