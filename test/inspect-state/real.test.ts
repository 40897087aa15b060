import { describe, expect, it } from "vitest";
import { openImage } from "../../tools/image/image.js";
import { listFileCredentials, listTaskCredentials } from "../../tools/inspect/creds.js";
import { ipcOf, undoListsOf } from "../../tools/inspect/ipc.js";
import { namespacesOf } from "../../tools/inspect/ns.js";
import { listSignals } from "../../tools/inspect/signals.js";
import { listSockets } from "../../tools/inspect/sockets.js";
import type { Ids } from "../../tools/model/credentials.js";
import { signalName } from "../../tools/model/signals.js";
import { registersOf, type TaskRegisters } from "../../tools/model/task-registers.js";
import { tasksOf } from "../../tools/model/tasks.js";
import {
  computingPid,
  expectKnownFpuLine,
  FPRS,
  isFpuLine,
  isTree,
  isV16,
  machineOf,
  pidNamed,
  programOf,
  savedTasks,
  statedRegisters,
  word,
} from "../images/expectations.js";
import { WITNESSED } from "../images/fixtures.js";
import { printed } from "./printed.js";

function registerOf({ groups }: TaskRegisters, name: string): bigint | undefined {
  return groups?.flatMap(({ registers }) => registers).find((one) => one.name === name)?.value;
}

function textOf({ groups }: TaskRegisters, name: string): string | undefined {
  return groups?.flatMap(({ registers }) => registers).find((one) => one.name === name)?.text;
}

describe.each(WITNESSED)("$name", (real) => {
  const image = openImage(real.source, { abi: real.notes.abi });
  const tasks = tasksOf(image);
  const { truth } = real;
  const registers = new Map(tasks.map((task) => [task.pid, registersOf(image, task)]));
  const of = (pid: number) => registers.get(pid) as TaskRegisters;
  const program = programOf(real);
  const computing = computingPid(real);

  it("has the registers that the program stated", () => {
    const found = of(computing);
    const stated = statedRegisters(real);
    expect(stated.size).toBeGreaterThanOrEqual(8);
    for (const [name, value] of stated) expect(registerOf(found, name), name).toBe(value);
    expect(found.bits).toBe(program.bits);
  });

  if (truth.values.has("rmtp"))
    it("stops tasks where /proc says, in the call that it names", () => {
      for (const [pid, { syscall, stat }] of savedTasks(real)) {
        const [ip, sp, ...rest] = [...syscall].reverse();
        const [number, ...args] = rest.reverse();
        expect(registerOf(of(pid), "eip")).toBe(word(ip));
        expect(registerOf(of(pid), "esp")).toBe(word(sp));
        expect(String(registerOf(of(pid), "esp"))).toBe(stat[29]);
        // Outside a system call the kernel states no number, or a negative one.
        expect(of(pid).call?.number).toBe(args.length > 0 ? number : undefined);
        expect(of(pid).call?.arguments).toEqual(
          args.length > 0 ? args.slice(0, of(pid).call?.arguments.length).map(word) : undefined,
        );
        args.forEach((arg, i) => {
          expect(registerOf(of(pid), ["ebx", "ecx", "edx", "esi", "edi", "ebp"][i] as string)).toBe(word(arg));
        });
      }
    });

  if (isTree(real))
    it("knows the calls that go on, and the time that is left", () => {
      const known = (key: string, name: string) =>
        truth.values.has(key) ? { [name]: word(truth.values.get(key)) } : {};
      const sleeper = of(pidNamed(real, "kid-sleeper")).interrupted;
      expect(sleeper).toMatchObject({ call: "nanosleep", arguments: known("rmtp", "remaining_time_at") });
      expect(sleeper?.left).toBeGreaterThan(99_900n * 1_000_000_000n);
      const poller = of(pidNamed(real, "kid-poll")).interrupted;
      expect(poller).toMatchObject({
        call: "poll",
        arguments: { ...known("pfd", "fds"), nfds: 1n, has_timeout: 1n },
      });
      expect(poller?.left).toBeLessThan(5_000n * 1_000_000_000n);
      const others = [...registers.values()].filter(({ interrupted }) => interrupted !== undefined);
      expect(others).toHaveLength(2);
    });

  const floating = truth.lines.some(isFpuLine);
  if (floating && program.family === "x86")
    it("has the floating point registers that the program loaded", () => {
      expectKnownFpuLine(real);
      const stated = of(computing);
      expect(stated.floatingPoint).toMatchObject({ form: "FXSAVE", size: 512, announced: 512 });
      expect(textOf(stated, "st0")).toBe(String(Math.PI));
      expect(textOf(stated, "st1")).toBe("1");
      expect(textOf(stated, "st2")).toBe("empty");
      expect(textOf(stated, "xmm3")).toBe("{1.5, -2.25, 1024, 0.15625}");
      if (program.bits === 64) expect(textOf(stated, "xmm12")).toBe("{1.5, -2.25, 1024, 0.15625}");
      // A 32-bit kernel saves eight of them.
      expect(registerOf(stated, "xmm8")).toBe(image.format.wordSize === 8 ? 0n : undefined);
    });

  if (floating && program.family === "s390" && isTree(real))
    it("has the floating point registers that the program loaded", () => {
      expectKnownFpuLine(real);
      expect(FPRS.map((_, i) => textOf(of(computing), `f${i}`))).toEqual(FPRS.map(String));
      expect(registerOf(of(computing), "fpc")).toBe(3n);
    });

  if (truth.values.has("fs_base"))
    it("has the segment bases that the program set up, wherever the image keeps them", () => {
      expect(registerOf(of(computing), "fs_base")).toBe(BigInt(truth.values.get("fs_base") ?? ""));
      expect(registerOf(of(computing), "gs_base")).toBe(BigInt(truth.values.get("gs_base") ?? ""));
    });

  if (truth.values.has("gs"))
    it("has the segments that the program set up", () => {
      const { segments } = of(computing);
      expect(segments?.tls).toEqual([
        expect.objectContaining({
          index: Number(truth.values.get("tls_entry")) - image.format.constant("GDT_ENTRY_TLS_MIN"),
          base: Number(truth.values.get("tls_base")),
          limit: 0xffff_ffff,
          bits: 32,
          kind: "data",
        }),
      ]);
      expect(segments?.ldtEntries).toBe(512);
      expect(segments?.ldt).toEqual([
        expect.objectContaining({ index: 1, base: 0x12345000, limit: 0x321, bits: 32, privilege: 3 }),
      ]);
      expect(registerOf(of(computing), "gs")).toBe(word(truth.values.get("gs")));
    });

  it("has the signals of /proc/PID/status, as far as the version saves them", () => {
    const states = new Map([...listSignals(image, tasks)].map((state) => [state.pid, state]));
    for (const [pid, { status }] of savedTasks(real)) {
      const state = states.get(pid);
      const named = (key: string) => namesIn(image.format.abi, status.get(key));
      if (isV16(real)) {
        expect(state).toMatchObject({ blocked: undefined, caught: undefined, process: undefined });
        continue;
      }
      expect(state?.blocked).toEqual(named("SigBlk"));
      expect(state?.ignored).toEqual(named("SigIgn"));
      expect(state?.caught?.map(({ signal }) => signal)).toEqual(named("SigCgt"));
      expect(state?.pending?.signals).toEqual(named("SigPnd"));
      if (state?.isThread) continue;
      expect(state?.process?.pending?.signals).toEqual(named("ShdPnd"));
      expect(state?.process?.limits).toHaveLength(16);
      expect(state?.process?.limits.find(({ name }) => name === "RLIMIT_STACK")).toEqual({
        name: "RLIMIT_STACK",
        soft: 8388608n,
        hard: undefined,
      });
    }
  });

  it("has the credentials of /proc/PID/status, as far as the version saves them", () => {
    const states = new Map([...listTaskCredentials(image, tasks)].map((state) => [state.pid, state]));
    for (const [pid, { status }] of savedTasks(real)) {
      const { subjective, objective } = states.get(pid) ?? {};
      if (isV16(real)) {
        expect([subjective, objective]).toEqual([undefined, undefined]);
        continue;
      }
      expect(idsText(subjective?.uids)).toBe(status.get("Uid"));
      expect(idsText(subjective?.gids)).toBe(status.get("Gid"));
      expect(subjective?.groups?.join(" ")).toBe(status.get("Groups")?.trim());
      const set = (name: "inheritable" | "permitted" | "effective" | "bounding") =>
        subjective?.capabilities[name].mask.toString(16).padStart(16, "0");
      expect(set("inheritable")).toBe(status.get("CapInh"));
      expect(set("permitted")).toBe(status.get("CapPrm"));
      expect(set("effective")).toBe(status.get("CapEff"));
      expect(set("bounding")).toBe(status.get("CapBnd"));
      expect(objective).toBe(subjective);
    }
    // Directories that are not open files are listed as well.
    const paths = [...new Set([...listFileCredentials(image)].flatMap(({ path }) => path ?? []))];
    expect(paths.sort()).toEqual(real.notes.files.filter((path) => path !== "/"));
  });

  it("has one set of namespaces with the names of the machine, and nothing in them", () => {
    const { sets, uts, net, user, pid } = namespacesOf(image, tasks);
    expect(sets.map((set) => set.tasks)).toEqual([tasks.map((task) => task.pid)]);
    // A program with System V objects has its own namespaces, with names that it set.
    const own = real.name.endsWith("-self-ipc.img");
    const domain = own && real.name.startsWith("v20h-") ? "crdomain.example" : "(none)";
    expect(uts.map(({ texts }) => [texts.nodename, texts.domainname])).toEqual([
      [own ? "crhostname" : "(none)", domain],
    ]);
    if (!isV16(real))
      expect(uts[0]?.texts).toMatchObject({ sysname: "Linux", release: "2.6.33", machine: machineOf(real) });
    expect([net, pid]).toEqual([[], []]);
    expect(user.map((namespace) => namespace.tasks.length)).toEqual(isV16(real) ? [] : [tasks.length]);
    const [ipc] = ipcOf(image, tasks);
    const count = own ? 1 : 0;
    expect(ipc?.objref).toBe(sets[0]?.ipc);
    expect([ipc?.segments, ipc?.queues, ipc?.semaphores].map((all) => all?.length)).toEqual([count, count, count]);
    expect(ipc?.limits).toMatchObject({ shm_ctlmni: 4096n, sem_ctl_msl: 250n });
    expect(undoListsOf(image, tasks)).toEqual([]);
    expect(listSockets(image, tasks)).toEqual([]);
  });

  it("prints a task under its pid and name", () => {
    const texts = printed(image);
    for (const { pid, name } of tasks) {
      expect(texts.regs).toContain(`${pid} ${name}`);
      expect(texts.signals).toContain(`${pid} ${name}`);
    }
    expect(texts.sockets).toBe(isV16(real) ? "images of v16 do not hold sockets\n" : "no sockets in this image\n");
  });
});

/** Ids in the format of /proc. */
function idsText(ids: Ids | undefined): string {
  return `${ids?.real} ${ids?.effective} ${ids?.saved} ${ids?.fileSystem}`;
}

/** Names of the signals in a mask in the format of /proc. */
function namesIn(abi: Parameters<typeof signalName>[0], mask = "0"): string[] {
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, i) => i + 1)
    .filter((signal) => ((bits >> BigInt(signal - 1)) & 1n) === 1n)
    .map((signal) => signalName(abi, signal));
}
