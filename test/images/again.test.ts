/** A tree that was checkpointed, edited with this package, restarted by its kernel, and checkpointed again: the image has the edits. */
import { describe, expect, it } from "vitest";
import { ImageContents, type Task } from "./contents.js";
import { realImage } from "./fixtures.js";

const image = (name: string) => realImage(`${name}.img`);
const contents = new ImageContents(image("x86_64-again-set"));
const never = new ImageContents(image("x86_64-tree-thread"));
const named = ({ tasks }: ImageContents, name: string) => tasks.find((task) => task.name === name) as Task;

describe("x86_64-again-set.img", () => {
  const [root, renamed, grandkid] = contents.tasks as [Task, Task, Task];
  const spinner = named(contents, "kid-spin");

  it("has a new name in one task", () => {
    expect(renamed.name).toBe("renamed-kid");
    expect(contents.tasks.filter(({ name }) => name === renamed.name)).toEqual([renamed]);
  });

  it("has a new position in the file that all share", () => {
    for (const task of contents.tasks) expect(contents.descriptors(task)[0]?.file.common.f_pos).toBe(99n);
  });

  it("has a new word in the memory of that task alone", () => {
    const word = (task: Task) => Buffer.from(contents.page(task, 0x407000) ?? []).readUInt32LE(0x40);
    expect(word(renamed)).toBe(0xfeedface);
    expect(word(grandkid)).toBe(0xc1010010);
    expect(word(root)).toBe(0xd7010010);
  });

  it("has less time left to sleep", () => {
    const left = named(contents, "kid-sleeper").restartBlock.arg_4;
    expect(left).toBeLessThan(5_000n * 1_000_000_000n);
    expect(left).toBeGreaterThan(4_990n * 1_000_000_000n);
  });

  it("has another value in a register of the task that was caught in user mode, and has lost rcx and r11", () => {
    expect(spinner.cpu.bx).toBe(0x123456789abcdef0n);
    expect([spinner.cpu.cx, spinner.cpu.r11]).toEqual([spinner.cpu.ip, spinner.cpu.flags]);
    const before = named(never, "kid-spin").cpu;
    expect([before.cx, before.r11]).not.toEqual([before.ip, before.flags]);
    for (const register of ["ax", "dx", "si", "di", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "ip", "flags"])
      expect(spinner.cpu[register], register).toBe(before[register]);
  });
});
