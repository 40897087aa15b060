/** Names of system calls, compared with what the programs in real images did when they were stopped. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { syscalls } from "../../generated/codecs/syscalls.js";
import { planConversion } from "../../tools/convert/index.js";
import { editImage, parseAssignment } from "../../tools/edit/index.js";
import { type Image, openImage } from "../../tools/image/index.js";
import { registersOf, type TaskRegisters } from "../../tools/inspect/index.js";
import { type Task, tasksOf } from "../../tools/model/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { ckpt } from "../cli/ckpt.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { opened, openedReal, pathOfReal, temporaryFiles } from "../opened.js";

function byName(image: Image): Map<string, TaskRegisters> {
  return new Map(
    tasksOf(image).map((task) => [task.isThread ? "thread" : String(task.name), registersOf(image, task)]),
  );
}

/** The call as `name = error`, or the mode if there is no call. */
function short({ call, mode }: TaskRegisters): string | undefined {
  return call ? `${call.name} = ${call.error ?? call.result}` : mode;
}

describe("tasks of a tree were in the calls that the program made", () => {
  it.each([
    ["v16-tree-sub", "waitpid"],
    ["v20h-tree-sub", "waitpid"],
    ["v20h-tree-thread", "waitpid"],
    ["x86_64-tree-thread", "wait4"],
  ])("%s", (name, wait) => {
    const tasks = byName(openedReal(realImage(`${name}.img`)));
    const expected = {
      "tree-root": `${wait} = ERESTARTSYS`,
      "kid-reader": "read = ERESTARTSYS",
      grandkid: "pause = ERESTARTNOHAND",
      "kid-sleeper": "nanosleep = ERESTART_RESTARTBLOCK",
      "kid-poll": "poll = ERESTART_RESTARTBLOCK",
      "kid-spin": "user",
    };
    for (const [task, call] of Object.entries(expected))
      expect([task, short(tasks.get(task) as TaskRegisters)]).toEqual([task, call]);
    if (name.endsWith("thread")) expect(short(tasks.get("thread") as TaskRegisters)).toBe("pause = ERESTARTNOHAND");
  });

  it("the arguments are those of the program", () => {
    const truth = readFileSync(pathOfReal("v16-tree-sub.truth"), "latin1");
    const pfd = BigInt(/pfd=(0x[0-9a-f]+)/.exec(truth)?.[1] ?? "");
    expect(byName(openedReal(realImage("v16-tree-sub.img"))).get("kid-poll")?.call).toEqual({
      number: 168,
      name: "poll",
      arguments: [pfd, 1n, 5_000_000n],
      result: -516n,
      error: "ERESTART_RESTARTBLOCK",
    });
  });

  it("a wait that was restarted goes on in restart_syscall", () => {
    const { call, interrupted } = byName(openedReal(realImage("x86_64-again-set.img"))).get(
      "kid-sleeper",
    ) as TaskRegisters;
    expect([call?.number, call?.name, interrupted?.call]).toEqual([219, "restart_syscall", "nanosleep"]);
  });

  it("s390 kernels have forgotten the calls", () => {
    for (const { mode, call } of byName(openedReal(realImage("s390x-tree-thread.img"))).values())
      expect([mode, call]).toEqual(["unknown", undefined]);
  });
});

describe("a program that checkpoints itself is in that call", () => {
  it.each([
    ["v16-self-full", 335, 32],
    ["v20h-self-mem", 339, 32],
    ["x86_32-i32-min", 339, 32],
    ["x86_64-self-min", 301, 64],
    ["x86_64-self32-full", 339, 32],
    ["s390x-self-full", 333, 64],
  ] as const)("%s", (name, number, bits) => {
    const [own] = byName(openedReal(realImage(`${name}.img`))).values();
    expect(own).toMatchObject({
      mode: "call",
      bits,
      call: { number, name: "checkpoint", result: 0n, error: undefined },
    });
  });
});

describe("and in an image that was converted, which keeps the number of its kernel", () => {
  it.each([
    ["s390x-self-full", "v23-rc2", 333],
    ["s390x-self-full", "v17", 333],
    ["x86_64-self-full", "v23-rc2", 301],
    ["v20h-self-min", "v23-rc2", 339],
    ["v20h-self-min", "v16", 339],
    // 339 was restart in that version.
    ["v20h-self-min", "v18-dev-a", 339],
    ["v16-self-full", "v23-rc2", 335],
  ] as const)("%s to %s", async (name, to, number) => {
    const sink = new MemorySink();
    await planConversion(openedReal(realImage(`${name}.img`)), { to }).write(sink, { allowLoss: true });
    const [own] = byName(opened(sink.bytes)).values();
    expect(own?.call).toMatchObject({ number, name: "checkpoint", result: 0n });
    // From v20 on there is a file for messages.
    expect(own?.call?.arguments).toHaveLength(name.startsWith("v16") ? 3 : 4);
  });
});

/** The registers of a task with these values in its CPU record, by paths of the schema. */
function withRegisters(
  abi: string,
  values: Readonly<Record<string, bigint>>,
  thread: Readonly<Record<string, bigint>> = {},
): TaskRegisters {
  const image = opened(makeBytes({ abi, tasks: 1, pages: 0, plain: true }), abi);
  const assignments = (record: string, fields: Readonly<Record<string, bigint>>) =>
    Object.entries(fields).map(([path, value]) => parseAssignment(`task[0].${record}.${path}=${value}`));
  const { result } = editImage(image, [...assignments("cpu", values), ...assignments("thread", thread)]);
  const edited = openImage(result, { abi });
  return registersOf(edited, tasksOf(edited)[0] as Task);
}

describe("every architecture", () => {
  it("x86: an error by name, an unknown number without one", () => {
    expect(short(withRegisters("v19/x86_64", { orig_ax: 2n, ax: (1n << 64n) - 2n }))).toBe("open = ENOENT");
    expect(withRegisters("v19/x86_64", { orig_ax: 9999n, ax: (1n << 64n) - 4096n }).call).toMatchObject({
      number: 9999,
      name: undefined,
      error: undefined,
      result: -4096n,
    });
    expect(withRegisters("v19/x86_64", { orig_ax: 9999n }).call?.arguments).toHaveLength(6);
    expect(short(withRegisters("v19/x86_32", { orig_ax: 0xffff_ffffn }))).toBe("user");
  });

  it("s390: the first argument as it was, 31-bit programs by their own table", () => {
    const read = {
      svcnr: 3n,
      "gprs[2]": (1n << 64n) - 4n,
      orig_gpr2: 7n,
      "gprs[3]": 0x1000n,
      "gprs[4]": 8n,
      psw_t_mask: 1n << 32n,
    };
    expect(withRegisters("v19/s390x", read)).toMatchObject({
      bits: 64,
      call: { name: "read", arguments: [7n, 0x1000n, 8n], result: -4n, error: "EINTR" },
    });
    const narrow = { ...read, svcnr: 24n, "gprs[2]": 0xffff_fff6n, psw_t_mask: 0n };
    expect(withRegisters("v19/s390x", narrow)).toMatchObject({
      bits: 32,
      call: { name: "getuid", result: -10n, error: "ECHILD" },
    });
    expect(withRegisters("v19/s390x", { ...narrow, psw_t_mask: 1n << 32n }).call?.name).toBeUndefined();
  });

  it("powerpc: a bit tells that the call failed", () => {
    const failed = {
      "pt_regs.trap": 0xc01n,
      "pt_regs.gpr[0]": 3n,
      "pt_regs.gpr[3]": 512n,
      "pt_regs.orig_gpr3": 5n,
      "pt_regs.ccr": 0x1000_0000n,
    };
    for (const abi of ["v19/powerpc", "v19/powerpc64"]) {
      expect(withRegisters(abi, failed).call).toMatchObject({ name: "read", result: -512n, error: "ERESTARTSYS" });
      expect(withRegisters(abi, failed).call?.arguments[0]).toBe(5n);
      expect(withRegisters(abi, { ...failed, "pt_regs.ccr": 0n }).call).toMatchObject({
        result: 512n,
        error: undefined,
      });
      expect(short(withRegisters(abi, { ...failed, "pt_regs.trap": 0x900n }))).toBe("user");
    }
  });

  it("arm: by the thread's record, else by the register, unless an interrupt came", () => {
    const read = { "uregs[7]": 3n, "uregs[0]": 0xffff_fe00n, "uregs[17]": 5n };
    expect(short(withRegisters("v22-arm/arm", read, { syscall: 0n }))).toBe("read = ERESTARTSYS");
    expect(short(withRegisters("v22-arm/arm", read, { syscall: 29n }))).toBe("pause = ERESTARTSYS");
    const interrupted = { ...read, "uregs[17]": 0xffff_ffffn };
    expect(short(withRegisters("v22-arm/arm", { ...interrupted, "uregs[7]": 114n }, { syscall: 0n }))).toBe(
      "wait4 = ERESTARTSYS",
    );
    expect(short(withRegisters("v22-arm/arm", { ...interrupted, "uregs[0]": 17n }, { syscall: 0n }))).toBe("user");
    expect(withRegisters("v22-arm/arm", read, { syscall: 0x900000n + 4n }).call).toMatchObject({
      number: 4,
      name: "write",
    });
  });
});

it("calls that came with a later kernel have no name, and those of linux-cr come first", () => {
  // 338 was checkpoint up to v19-rc2-b; in Linux 2.6.36 it became fanotify_init.
  const name = (abi: string, number: bigint) => withRegisters(abi, { orig_ax: number }).call?.name;
  expect(syscalls().x86_32?.calls.find(({ number }) => number === 338)).toEqual({
    number: 338,
    name: "fanotify_init",
    args: 2,
    linux: "2.6.36",
  });
  expect(name("v18/x86_32", 338n)).not.toBe("fanotify_init");
  expect(name("v18-dev-b/x86_32", 338n)).toBe("checkpoint");
  expect(name("v18-dev-b/x86_32", 337n)).toBe("clone_with_pids");
  expect(name("v19/x86_64", 302n)).toBe("restart");
});

/** System call numbers that were looked up by hand, for every architecture. */
it.each([
  [
    "x86_32",
    {
      restart_syscall: 0,
      umount: 22,
      waitpid: 7,
      _newselect: 142,
      poll: 168,
      socketcall: 102,
      ppoll: 309,
      recvmmsg: 337,
    },
  ],
  [
    "x86_64",
    { read: 0, poll: 7, pause: 34, nanosleep: 35, wait4: 61, restart_syscall: 219, epoll_wait: 232, exit_group: 231 },
  ],
  ["s390", { restart_syscall: 7, getuid: 24, getuid32: 199, pause: 29, poll: 168, nanosleep: 162, epoll_wait: 251 }],
  ["s390x", { restart_syscall: 7, getuid: 199, pause: 29, select: 142, futex: 238 }],
  ["powerpc", { restart_syscall: 0, waitpid: 7, poll: 167, nanosleep: 162, futex: 221, epoll_wait: 238 }],
  ["powerpc64", { restart_syscall: 0, poll: 167, futex: 221, newfstatat: 291 }],
  ["arm", { restart_syscall: 0, pause: 29, wait4: 114, poll: 168, nanosleep: 162, futex: 240, recv: 291 }],
])("%s: calls have their numbers, each once", (arch, expected) => {
  const table = syscalls()[arch]?.calls ?? [];
  expect(
    Object.fromEntries(Object.keys(expected).map((name) => [name, table.find((call) => call.name === name)?.number])),
  ).toEqual(expected);
  const lasting = table.filter(({ before }) => before === undefined);
  expect(new Set(lasting.map(({ number }) => number)).size).toBe(lasting.length);
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
});

describe("ckpt regs and ps", () => {
  const file = temporaryFiles();

  it("write calls as strace does", async () => {
    const { out } = await ckpt(["regs", pathOfReal("v16-tree-sub.img")]);
    expect(out).toContain("  call  waitpid(0xffffffff, 0x0, 0x0) = ERESTARTSYS\n");
    expect(out).toContain("  call     poll(0x80574e0, 0x1, 0x4c4b40) = ERESTART_RESTARTBLOCK\n");
    expect(out).toContain("  call  none, caught in user mode\n");
    const json = JSON.parse((await ckpt(["regs", pathOfReal("v16-tree-sub.img"), "--json"])).out);
    expect(json[0].call).toEqual({
      number: 7,
      name: "waitpid",
      arguments: [0xffffffff, 0, 0],
      result: -512,
      error: "ERESTARTSYS",
    });
  });

  it("say why a call is not known", async () => {
    const { out } = await ckpt(["regs", pathOfReal("s390x-tree-thread.img")]);
    expect(out).toMatch(
      /^ {2}call +not known: in user mode, or in a restarted call whose number is not in the image$/m,
    );
  });

  it("ps names the call, and what restart_syscall goes on with", async () => {
    const { out } = await ckpt(["ps", pathOfReal("x86_64-again-set.img")]);
    expect(out).toMatch(/^ 19 .* wait4 +tree-root /m);
    expect(out).toMatch(/^ 22 .* nanosleep +kid-sleeper /m);
    expect(out).toMatch(/^ 24 .* - +kid-spin /m);
  });

  it("say when a number is not known", async () => {
    const bytes = makeBytes({ abi: "v19/x86_64", tasks: 1, pages: 0, plain: true });
    const image = opened(bytes, "v19/x86_64");
    const cpu = tasksOf(image)[0]?.record("CPU")?.record;
    const place = cpu?.kind?.place(undefined, "orig_ax");
    image.source.view.setBigUint64((cpu?.offset ?? 0) + (place?.offset ?? 0), 0x7fff_ffffn, true);
    const { out } = await ckpt(["regs", file("unknown", bytes), "--abi", "v19/x86_64"]);
    expect(out).toContain("system call 2147483647(");
  });
});
