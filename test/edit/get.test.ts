import { describe, expect, it } from "vitest";
import { realImage } from "../images/fixtures.js";
import { openedMade, openedReal } from "../opened.js";
import { get, refusal, value } from "./images.js";

/** Known facts about the tasks in an image. */
function truth(name: string) {
  const { truth, notes } = realImage(`${name}.img`);
  return [...(truth?.tasks ?? [])].filter(([pid]) => notes.pids.some(([vpid]) => vpid === pid));
}

describe("what the guests saw of themselves", () => {
  it.each(["v16-tree-sub", "v20h-tree-sub", "v16-tree-thread", "v20h-tree-thread"])("%s", (name) => {
    const image = openedReal(realImage(`${name}.img`));
    const tasks = truth(name);
    expect(tasks.length).toBeGreaterThan(3);
    for (const [pid, { stat, status, maps, syscall }] of tasks) {
      const task = `task[pid=${pid}]`;
      expect(value(image, `${task}.comm`)).toBe(stat[2]);
      expect(value(image, `pids[vpid=${pid}].vppid`)).toBe(stat[4]);
      expect(value(image, `${task}.mm.start_code`)).toBe(`0x${Number(stat[26]).toString(16)}`);
      if (syscall.length > 2) expect(Number(value(image, `${task}.cpu.ip`))).toBe(syscall.at(-1));
      // The page of the vdso is a separate mapping of the kernel.
      const starts = get(image, `${task}.mm.vma[*].vm_start`).map((line) => Number(line.split(" = ")[1]));
      expect(starts).toEqual(maps.map(({ start }) => start));
      for (const { start, end, path } of maps.filter((line) => line.path.startsWith("/"))) {
        const mapping = `${task}.mm.vma[vm_start=${start}]`;
        expect(Number(value(image, `${mapping}.vm_end`))).toBe(end);
        if (!path.includes("zero")) expect(value(image, `${mapping}.file.path`)).toBe(path);
      }
      if (name.startsWith("v20h"))
        expect(get(image, `${task}.cred.uid`)[0]?.split(" = ")[1]).toBe(status.get("Uid")?.split(" ")[0]);
    }
  });

  it.each(["v16-self-files", "v16-self-full", "v20h-self-files"])("%s: open files", (name) => {
    const image = openedReal(realImage(`${name}.img`));
    const fd = (number: number) => `task[0].files.fd[fd_descriptor=${number}]`;
    expect(value(image, `${fd(0)}.file.path`)).toBe("/data/file1");
    expect(value(image, `${fd(0)}.file.f_pos`)).toBe("1234");
    expect(value(image, `${fd(1)}.file.f_flags`)).toMatch(/O_WRONLY.*O_APPEND/);
    expect(value(image, `${fd(2)}.fd_objref`)).toBe(value(image, `${fd(1)}.fd_objref`));
    expect(value(image, `${fd(3)}.fd_close_on_exec`)).toBe("1");
    expect(value(image, `${fd(37)}.fd_objref`)).toBe(value(image, `${fd(5)}.fd_objref`));
    const contents = Buffer.from("PIPE-CONTENT-0123456789").toString("hex");
    const pipe = name.startsWith("v16") ? "file_pipe.raw" : "pipe_contents";
    expect(value(image, `${fd(5)}.file.${pipe}`)).toBe(contents);
  });

  it("registers", () => {
    const image = openedReal(realImage("v16-self-full.img"));
    expect(value(image, "task.cpu.si")).toBe("0x5e5e0001");
    expect(value(image, "task[0].cpu.ip")).toBe("0x80483e1");
    expect(value(image, "task[0].cpu.orig_ax")).toBe(`0x${(335).toString(16)}`);
  });
});

describe("the same field by several paths", () => {
  const image = openedMade("v21/x86_64");

  it.each([
    ["task[0].exit_signal", "task[0].task.exit_signal"],
    ["task[0].comm", "task[0].task_name"],
    ["task[0].cpu.ip", "task[0].live.registers.cpu.ip"],
    ["mm[0].vma[3].vm_flags", "mm[0].mapping[3].vma.vm_flags"],
    ["file_table[0].fd[2].fd_descriptor", "file_table[0].file_desc[2].fd_descriptor"],
    ["ns[0].uts.nodename", "uts_ns[0].nodename"],
    ["ipc[0].shm[0].perms.mode", "ipc_ns[0].ipc_shm[0].perms.mode"],
    ["header.constants.task_comm_len", "HEADER.constants.task_comm_len"],
  ])("%s", (one, other) => {
    const [first] = get(image, one);
    const [second] = get(image, other);
    expect(first?.split(" = ")[1]).toBe(second?.split(" = ")[1]);
  });

  it("a field with the number of an object leads to it", () => {
    const number = value(image, "task[0].task_objs.mm_objref");
    expect(value(image, "task[0].mm.brk")).toBe(value(image, `mm[${number}].brk`));
    expect(value(image, "task[0].mm.exe.path")).toBe(
      value(image, `file[${value(image, `mm[${number}].exe_objref`)}].path`),
    );
  });

  it("objects go by their number, the first by 0 and the last by -1", () => {
    const [all] = [get(image, "file[*].f_pos")];
    const numbers = all.map((line) => Number(/\[(\d+)\]/.exec(line)?.[1]));
    expect(get(image, "file[0].f_pos")).toEqual([all[0]]);
    expect(get(image, "file[-1].f_pos")).toEqual([all.at(-1)]);
    for (const number of numbers) {
      const path = `[${number}].f_pos = ${value(image, `file[${number}].f_pos`)}`;
      expect(get(image, `object[${number}].f_pos`)).toEqual([`object${path}`]);
      expect(get(image, `file[objref=${number}].f_pos`)).toEqual([`file${path}`]);
    }
  });

  it("records go by their place and their offset", () => {
    expect(get(image, "record[0].rev")).toEqual([`record[0].rev = ${value(image, "header.rev")}`]);
    expect(value(image, "record[@0].rev")).toBe(value(image, "header.rev"));
    expect(value(image, "record[-1].magic")).toBe(value(image, "tail.magic"));
  });

  it("a field of an older version by its C name", () => {
    const old = openedMade("v23-rc2/x86_64");
    expect(value(old, "PIDS.nr_pids")).toBe(value(old, "pids.nr_pids"));
    expect(get(old, "pids[0].vpid")).toHaveLength(1);
  });

  it("a further thread has the signal state of its process", () => {
    const threads = openedReal(realImage("v20h-tree-thread.img"));
    const leader = value(threads, "task[0].signal.rlim[3].rlim_cur");
    expect(get(threads, "task[*].signal.rlim[3].rlim_cur").map((line) => line.split(" = ")[1])).toEqual(
      get(threads, "task[*].comm").map(() => leader),
    );
  });
});

describe("paths that lead nowhere", () => {
  const image = openedReal(realImage("v16-tree-sub.img"));

  it.each([
    ["tusk", "tusk: column 1: there is no tusk here; did you mean task?"],
    ["header.revision", "header.revision: column 8: there is no revision here; there are magic, arch_id, major, "],
    ["task[9].cpu", "task[9].cpu: column 6: there is no task[9]; there are 7, task[0] to task[6]"],
    ["task[-8].cpu", "task[-8].cpu: column 6: there is no task[-8]; there are 7, task[0] to task[6]"],
    ["task.comm", "task.comm: column 1: there are 7: say which one, task[0] to task[6], or task[*] for all"],
    ["task[pid=7].comm", "task[pid=7].comm: column 6: no task has pid=7; there are 7, task[0] to task[6]"],
    ["task[0].cpu.rip", "task[0].cpu.rip: column 13: there is no rip here; did you mean ip?"],
    ["file_table[2].fdt_nfds", "file_table[2].fdt_nfds: column 12: no FILE_TABLE has the number 2; there are 6, "],
    ["pids[99].vpid", "pids[99].vpid: column 6: pids has no element 99; it has 7, pids[0] to [6]"],
    ["header.rev[0]", "header.rev[0]: column 12: header.rev is not an array"],
    ["vma[3].file.path", "vma[3].file.path: column 8: vma_objref is 0, so there is none"],
    ["file[f_type=PIPE]", 'file[f_type=PIPE]: column 6: v16 has no "PIPE" here; did you mean CKPT_FILE_PIPE?'],
    ["record[@0x10c]", "record[@0x10c]: column 8: no record begins at 0x10c; the last one before begins at 0x10b"],
    ["vma[@0x10c]", "vma[@0x10c]: column 5: vma is not found by an offset, only record[@OFFSET] is"],
    ["cred[1].uid", "cred[1].uid: column 1: there is no cred here; "],
  ])("%s", (path, message) => {
    expect(refusal(() => get(image, path))).toContain(message);
  });
});
