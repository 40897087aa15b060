import { describe, expect, it } from "vitest";
import { ImageContents, type Task, type Value } from "./contents.js";
import {
  computingPid,
  expectFpu,
  isTree,
  isV16,
  latin1,
  pidNamed,
  programOf,
  registerIn,
  savedTasks,
  sharersOf,
  statedRegisters,
  taskOf,
  unlike,
  word,
} from "./expectations.js";
import { WITNESSED } from "./fixtures.js";

describe.each(WITNESSED.filter(isTree))("$name: a tree of frozen tasks", (image) => {
  const contents = new ImageContents(image);
  const { truth, format } = image;
  const { values } = truth;
  const program = programOf(image);
  const spinner = taskOf(contents, computingPid(image));

  it("stops every task where /proc/PID/stat says", () => {
    for (const [pid, { stat }] of savedTasks(image)) {
      const { cpu } = taskOf(contents, pid);
      const [sp, ip] = stat.slice(29, 31);
      expect(String(registerIn(cpu, program.ip))).toBe(ip);
      // For a 64-bit task, the x86_64 file has the stack pointer of the last system call.
      const isCurrent = program.bits === 32 || program.family !== "x86" || pid !== computingPid(image);
      if (isCurrent) expect(String(registerIn(cpu, program.sp))).toBe(sp);
    }
  });

  if (values.has("rmtp"))
    it("stops every task in the call of /proc/PID/syscall", () => {
      for (const [pid, { syscall }] of savedTasks(image)) {
        const { cpu } = taskOf(contents, pid);
        const [ip, sp, ...before] = [...syscall].reverse();
        expect([cpu.ip, cpu.sp]).toEqual([word(ip), word(sp)]);
        const [number, ...args] = before.reverse();
        expect(cpu.orig_ax, `${pid}`).toBe(word(number));
        // A task outside a system call has no arguments.
        if (args.length > 0) expect([cpu.bx, cpu.cx, cpu.dx, cpu.si, cpu.di, cpu.bp]).toEqual(args.map(word));
      }
    });

  it("has the registers of the task that runs in user mode", () => {
    const stated = statedRegisters(image);
    expect(stated.size).toBeGreaterThanOrEqual(8);
    for (const [name, value] of stated) expect(registerIn(spinner.cpu, name), name).toBe(value);
  });

  if (program.family === "s390")
    it("has the registers of /proc/PID/status in every task", () => {
      for (const [pid, { registers }] of savedTasks(image)) {
        const { cpu } = taskOf(contents, pid);
        expect(registers.size).toBe(2 + 16 + 16);
        for (const [name, value] of registers) expect(registerIn(cpu, name), `${pid} ${name}`).toBe(value);
      }
    });

  it("has the floating point registers of the one task that uses them", () => {
    const used =
      program.family === "s390"
        ? contents.tasks.filter(({ cpu }) => cpu.fprs.some(({ ui }: Value) => ui !== 0n))
        : contents.tasks.filter(({ cpu }) => cpu.used_math !== 0);
    expect(used).toEqual([spinner]);
    expectFpu(image, spinner);
  });

  it("has the interrupted calls", () => {
    const kind = (name: string) => BigInt(format.constant(`CKPT_RESTART_BLOCK_${name}`));
    const address = (name: string) => (values.has(name) ? { [name]: word(values.get(name)) } : {});
    const sleeper = taskOf(contents, pidNamed(image, "kid-sleeper")).restartBlock;
    const { rmtp: arg_1 } = address("rmtp");
    expect(sleeper).toMatchObject({ function_type: kind("HRTIMER_NANOSLEEP"), ...(arg_1 !== undefined && { arg_1 }) });
    expectLeft(sleeper.arg_4, 100_000n * 1_000_000_000n);
    const poller = taskOf(contents, pidNamed(image, "kid-poll")).restartBlock;
    const { pfd: arg_0 } = address("pfd");
    expect(poller).toMatchObject({
      function_type: kind("POLL"),
      arg_1: 1n,
      arg_2: 1n,
      ...(arg_0 !== undefined && { arg_0 }),
    });
    expectLeft(poller.arg_4, 5_000_000n * 1_000_000n);
    const others = contents.tasks
      .map(({ restartBlock }) => restartBlock)
      .filter((block) => ![sleeper, poller].some((one) => one.arg_4 === block.arg_4));
    for (const block of others) expect(block.function_type).toBe(kind("NONE"));
    expect(others).toHaveLength(contents.tasks.length - 2);
  });

  it("shares what was shared, and nothing else", () => {
    const root = contents.tasks[0] as Task;
    const sharing = sharersOf(image);
    for (const task of contents.tasks.slice(1)) {
      const shares = sharing.includes(task.pids.vpid);
      expect(task.objects.mm_objref === root.objects.mm_objref, task.name).toBe(shares);
      expect(task.objects.files_objref === root.objects.files_objref, task.name).toBe(shares);
      if (isV16(image)) continue;
      const thread = task.pids.vtgid !== task.pids.vpid;
      for (const object of ["fs_objref", "sighand_objref", "signal_objref"])
        expect(task.objects[object] === root.objects[object], `${task.name} ${object}`).toBe(thread);
    }
  });

  it("has one open file for all tasks, and the pipes", () => {
    const root = contents.descriptors(contents.tasks[0] as Task);
    expect(root.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    for (const task of contents.tasks)
      expect(contents.descriptors(task).map(({ file }) => file.objref)).toEqual(root.map(({ file }) => file.objref));
    const [file, aRead, aWrite, bRead, bWrite] = root.map((descriptor) => descriptor.file);
    expect(truth.lines).toContain("fd 0 /data/file1 O_RDWR pos=77 shared by fork in all tasks");
    expect(file?.path).toBe("/data/file1");
    expect(file?.common).toMatchObject({ f_flags: 2 | (program.bits === 64 ? O_LARGEFILE : 0), f_pos: 77n });
    expect(aRead?.pipe).toBe(aWrite?.pipe);
    expect(bRead?.pipe).toBe(bWrite?.pipe);
    expect(truth.lines).toContain("pipeA 1,2 empty; pipeB 3,4 holds 'root-to-child'");
    expect(latin1(contents.pipes.get(aRead?.pipe ?? 0))).toBe("");
    expect(latin1(contents.pipes.get(bRead?.pipe ?? 0))).toBe("root-to-child");
    expect(contents.pipes.size).toBe(2);
  });

  it("has the filled pages: private ones per task, the shared one once", () => {
    const [inherited, shared, overwritten] = truth.pages;
    if (!inherited || !shared || !overwritten) throw new Error("three pages were filled");
    const overwriting = [pidNamed(image, "kid-reader"), pidNamed(image, "grandkid")];
    for (const task of contents.tasks) {
      const own = overwriting.includes(task.pids.vpid) ? overwritten : inherited;
      expect(unlike(image, contents.page(task, own.address), own), task.name).toEqual([]);
      expect(unlike(image, contents.page(task, shared.address), shared), task.name).toEqual([]);
    }
    // Every process that inherited the segment maps it, but the image holds its contents once.
    const spaces = new Map(contents.tasks.map((task) => [task.objects.mm_objref, contents.addressSpace(task)]));
    const mappings = [...spaces.values()].flatMap((space) => space.mappings.filter(({ vma }) => vma.ino_objref !== 0));
    expect(mappings).toHaveLength(spaces.size);
    expect(new Set(mappings.map(({ vma }) => vma.ino_objref)).size).toBe(1);
    const types = mappings.map(({ vma }) => vma.vma_type);
    const [first, later] = [format.constant("CKPT_VMA_SHM_ANON"), format.constant("CKPT_VMA_SHM_ANON_SKIP")];
    expect(types).toEqual([first, ...Array(spaces.size - 1).fill(later)]);
    expect(mappings.map(({ pages }) => pages.size)).toEqual([1, ...Array(spaces.size - 1).fill(0)]);
  });
});

/** A 64-bit program opens every file for sizes beyond 2 GiB. */
const O_LARGEFILE = 0o100000;

/** Expects that some of the time of a call was left: nearly all of it. */
function expectLeft(left: bigint, whole: bigint): void {
  expect(left).toBeLessThan(whole);
  expect(left).toBeGreaterThan(whole - 60n * 1_000_000_000n);
}
