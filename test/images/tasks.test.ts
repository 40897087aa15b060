import { describe, expect, it } from "vitest";
import { readTree, type TreeNode } from "../../tools/image/index.js";
import { child, ImageContents, recordOf, type Value } from "./contents.js";
import { isTree, isV16, latin1, machineOf, PAGE, programOf, savedTasks, taskOf } from "./expectations.js";
import { COMPLETE, IMAGES, type RealImage, WITNESSED, type WitnessedImage } from "./fixtures.js";
import type { ProcFacts } from "./truth.js";

describe.each(COMPLETE)("$name: tasks", (image) => {
  it("stand in the order of the notes", () => {
    const { tasks } = new ImageContents(image);
    expect(tasks.map(({ name }) => name)).toEqual(image.notes.tasks);
    expect(tasks.map(({ pids: p }) => [p.vpid, p.vppid, p.vtgid, p.vpgid, p.vsid])).toEqual(image.notes.pids);
  });
});

describe.each(WITNESSED)("$name: tasks", (image) => {
  const contents = new ImageContents(image);
  const { tasks } = contents;
  const { family } = programOf(image);

  it("are those of /proc, with their pids and names", () => {
    const expected = savedTasks(image).map(([pid, { status, stat }]) => ({
      name: status.get("Name"),
      pids: {
        vpid: pid,
        vppid: Number(status.get("PPid")),
        vtgid: Number(status.get("Tgid")),
        vpgid: Number(stat[5]),
        vsid: Number(stat[6]),
      },
    }));
    const byPid = (a: { pids: Value }, b: { pids: Value }) => a.pids.vpid - b.pids.vpid;
    expect(tasks.map(({ name, pids }) => ({ name, pids })).sort(byPid)).toEqual(expected.sort(byPid));
  });

  it("have the address spaces of /proc/PID/maps", () => {
    for (const [pid, { maps, stat }] of savedTasks(image)) {
      const { mm, context, mappings } = contents.addressSpace(taskOf(contents, pid));
      expect(mm.map_count).toBe(maps.length);
      expect(mappings.map(({ vma }) => [Number(vma.vm_start), Number(vma.vm_end)])).toEqual(
        maps.map(({ start, end }) => [start, end]),
      );
      expect(mappings.map(({ vma }) => permissions(image, vma.vm_flags))).toEqual(maps.map((map) => map.permissions));
      mappings.forEach(({ vma, file }, i) => {
        const { start, end, path, offset } = maps[i] as (typeof maps)[number];
        const type = Number(vma.vma_type);
        const is = (...names: string[]) => names.map((name) => image.format.constant(name)).includes(type);
        expect(is("CKPT_VMA_VDSO"), path).toBe(path === "[vdso]");
        expect(is("CKPT_VMA_SHM_ANON", "CKPT_VMA_SHM_ANON_SKIP"), path).toBe(path === "/dev/zero (deleted)");
        expect(file?.path, path).toBe(path.startsWith("/") && !path.endsWith("(deleted)") ? path : undefined);
        if (file) expect(Number(vma.vm_pgoff) * PAGE).toBe(offset);
        if (path === "[vdso]") expect(Number(context.vdso)).toBe(start);
        // On s390x the heap follows the data of the program, in the same mapping.
        if (path === "[heap]" && family === "s390")
          expect(start <= mm.start_brk && mm.start_brk <= mm.brk && mm.brk <= end).toBe(true);
        else if (path === "[heap]") expect([Number(mm.start_brk), Number(mm.brk)]).toEqual([start, end]);
        if (path === "[stack]") expect(start <= mm.start_stack && mm.start_stack < end).toBe(true);
      });
      const [startCode, endCode, startStack] = stat.slice(26, 29).map(BigInt);
      expect([mm.start_code, mm.end_code]).toEqual([startCode, endCode]);
      // From 2.6.33 on, the file contains the stack of the task, which is another one after a fork.
      const isForked = isTree(image) && (pid !== tasks[0]?.pids.vpid || !image.name.startsWith("v20h-"));
      if (isV16(image) || !isForked) expect(mm.start_stack).toBe(startStack);
    }
  });

  if (!isV16(image))
    it("have the credentials of /proc/PID/status", () => {
      for (const [pid, { status }] of savedTasks(image)) {
        const { cred } = taskOf(contents, pid);
        expect(`${cred.uid} ${cred.euid} ${cred.suid} ${cred.fsuid}`).toBe(status.get("Uid"));
        expect(`${cred.gid} ${cred.egid} ${cred.sgid} ${cred.fsgid}`).toBe(status.get("Gid"));
        const caps = cred.cap_s;
        const set = (low: number, high: number) => ((BigInt(high) << 32n) | BigInt(low)).toString(16).padStart(16, "0");
        expect(set(caps.cap_i_0, caps.cap_i_1)).toBe(status.get("CapInh"));
        expect(set(caps.cap_p_0, caps.cap_p_1)).toBe(status.get("CapPrm"));
        expect(set(caps.cap_e_0, caps.cap_e_1)).toBe(status.get("CapEff"));
        expect(set(caps.cap_b_0, caps.cap_b_1)).toBe(status.get("CapBnd"));
      }
    });

  if (!isV16(image))
    it("have the signals of /proc/PID/status", () => {
      for (const [pid, { status }] of savedTasks(image)) {
        const { signals } = taskOf(contents, pid);
        const set = (bits: bigint | undefined) => bits?.toString(16).padStart(16, "0");
        const having = (wanted: (handler: bigint) => boolean) =>
          signals?.actions.reduce(
            (bits, { _sa_handler }, i) => (wanted(_sa_handler) ? bits | (1n << BigInt(i)) : bits),
            0n,
          );
        expect(signals?.actions).toHaveLength(64);
        expect(set(signals?.blocked)).toBe(status.get("SigBlk"));
        expect(set(signals?.pending)).toBe(status.get("SigPnd"));
        expect(set(having((handler) => handler === 1n))).toBe(status.get("SigIgn"));
        expect(set(having((handler) => handler > 1n))).toBe(status.get("SigCgt"));
      }
    });
});

describe.each(COMPLETE)("$name: the machine", (image) => {
  const contents = new ImageContents(image);
  const { root } = contents.tree;
  const header = contents.value(child(root, "HEADER"));
  const texts = ["release", "version", "machine"].map((label) => contents.text(child(root, "BUFFER", label)));

  it("is what the notes say", () => {
    const release = isV16(image) ? "2.6.30-rc7" : "2.6.33";
    expect(texts[0]).toBe(release);
    expect(texts[2]).toBe(machineOf(image));
    expect(`${header.major}.${header.minor}.${header.patch}`).toBe(release.split("-")[0]);
    expect(header).toMatchObject({ magic: 0x00feed0cc0a2d200n, rev: isV16(image) ? 1 : 5, uflags: 1n });
    // The architecture is that of the kernel, even for a 32-bit program.
    expect(header.arch_id).toBe({ i686: 1, x86_64: 2, s390x: 3 }[machineOf(image)]);
    expect(image.format.abi.target.archId).toBe(header.arch_id);
    expect(contents.value(child(root, "TAIL")).magic).toBe(0x002d2a0cc0deef00n);
  });

  it("has the names of its UTS namespace", () => {
    const names = [...root].find((node) => node.rule === "uts_namespace");
    if (!names) throw new Error("no UTS namespace");
    // If the guest set no names, they are those of the kernel.
    if (isV16(image)) {
      expect(contents.text(child(names, "STRING", "nodename"))).toBe("(none)");
      expect(contents.text(child(names, "STRING", "domainname"))).toBe("(none)");
      return;
    }
    const [release, version, machine] = texts;
    const uts = contents.value(child(names, "UTS_NS"));
    // The program with System V objects has its own namespaces; the newer one sets no domain.
    const given = image.name.endsWith("-self-ipc.img");
    expect(uts).toMatchObject({
      sysname: "Linux",
      nodename: given ? "crhostname" : "(none)",
      release,
      version,
      machine,
      domainname: given && image.name.startsWith("v20h-") ? "crdomain.example" : "(none)",
    });
  });

  it("names the files of the notes", () => {
    const names = [...root].filter(({ record }) => record?.name === "FILE_NAME").map((node) => contents.text(node));
    expect([...new Set(names)].sort()).toEqual(image.notes.files);
  });
});

it("says why a checkpoint failed", () => {
  const image = IMAGES.find(({ name }) => name === "v16-tree-notfrozen.img") as WitnessedImage;
  const { root, end } = readTree(image.format, image.source);
  expect(end).toBe("error");
  expect(image.truth.values.get("checkpoint_return")).toBe("-16");
  const [pid, facts] = [...image.truth.tasks][0] as [number, ProcFacts];
  const { start, end: stop } = recordOf(child(root.rules("error")[0] as TreeNode, "STRING", "message")).payload;
  const message = latin1(image.bytes.subarray(start, stop));
  expect(message).toBe(`\0task ${pid} (${facts.status.get("Name")}) is not frozen\0`);
});

function permissions({ format }: RealImage, flags: bigint): string {
  const has = (name: string) => (flags & BigInt(format.constant(name))) !== 0n;
  return `${has("VM_READ") ? "r" : "-"}${has("VM_WRITE") ? "w" : "-"}${has("VM_EXEC") ? "x" : "-"}${has("VM_MAYSHARE") ? "s" : "p"}`;
}
