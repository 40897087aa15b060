import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import { type Converted, edited, fields, losses, made, order, records } from "../../conversions.js";
import { clean, inventions, lengths, plain, without } from "../images.js";

const OLD = "v17/x86_32";
const NEW = "v18/x86_32";
const UNLIMITED = 0xffff_ffff;

function limits({ image }: Converted): Record<string, number[]> {
  const [signal] = records(image, "SIGNAL");
  const rlim = (signal && image.decode(signal).value.rlim) as { rlim_cur: bigint; rlim_max: bigint }[];
  const names = ["CPU", "STACK", "CORE", "NOFILE", "MEMLOCK", "AS", "MSGQUEUE", "NICE", "RTPRIO"];
  return Object.fromEntries(
    names.map((name) => {
      const { rlim_cur, rlim_max } = rlim[image.format.constant(`RLIMIT_${name}`)] ?? {};
      return [name, [Number(rlim_cur), Number(rlim_max)]];
    }),
  );
}

describe("signal-state", () => {
  it("v17 to v18: limits of the first process of a kernel, nothing pending, nothing blocked", async () => {
    const result = await clean(plain(OLD), OLD, "v18");
    expect(limits(result)).toEqual({
      CPU: [UNLIMITED, UNLIMITED],
      STACK: [8 << 20, UNLIMITED],
      CORE: [0, UNLIMITED],
      NOFILE: [1024, 1024],
      MEMLOCK: [65536, 65536],
      AS: [UNLIMITED, UNLIMITED],
      MSGQUEUE: [819200, 819200],
      NICE: [0, 0],
      RTPRIO: [0, 0],
    });
    expect(order(records(result.image, "SIGNAL")[0]?.parent)).toEqual(["SIGNAL", "shared_pending"]);
    expect(order(records(result.image, "SIGNAL_TASK")[0]?.parent)).toEqual(["private_pending", "SIGNAL_TASK"]);
    expect(lengths(result.image, "SIGPENDING")).toEqual([24, 24]);
    expect(fields(result.image, "SIGNAL", ["it_real_value", "tty_objref", "tty_pgrp"])).toEqual([0, 0, 0]);
    expect(inventions(result)).toContain("TASK_OBJS.signal_objref: usual limits");
  });

  it("once for a process, with its first thread", async () => {
    // The fourth task is a thread of the second.
    const { image } = await clean(made(OLD, { tasks: 4, pages: 1 }), OLD, "v18");
    const tasks = image.root.rules("task");
    expect(tasks.map((task) => task.search("SIGNAL") !== undefined)).toEqual([true, true, true, false]);
    expect(tasks.map((task) => task.search("SIGNAL_TASK") !== undefined)).toEqual([true, true, true, true]);
    const signal = (task: number) => fields(image, "TASK_OBJS", ["signal_objref"], task)[0];
    expect(signal(3)).toBe(signal(1));
    expect(new Set([0, 1, 2].map(signal)).size).toBe(3);
  });

  it("v18 to v17: everything but usual limits is lost", async () => {
    const source = edited(
      without(NEW, ["CKPT_FILE_FIFO", "CKPT_FILE_SOCKET", "CKPT_FILE_TTY"]),
      NEW,
      "signal.it_real_value=5000000000",
      "signal.rlim[2].rlim_cur=4096",
    );
    const result = await clean(source, NEW, "v17");
    const lost = losses(result).map((text) => text.replace(/: {.*/, ""));
    // Of the limits in made images, that of the stack is the default.
    expect(lost.filter((text) => text.includes("rlim"))).toEqual(
      [2, 4, 7, 8, 12, 13, 14].map((i) => `SIGNAL.rlim[${i}]`),
    );
    expect(lost.filter((text) => !text.includes("rlim"))).toEqual([
      "SIGNAL.it_real_value: 5000000000",
      `SIGNAL.tty_objref: ${fields(opened(source, NEW), "SIGNAL", ["tty_objref"])[0]}`,
      "SIGNAL.tty_pgrp: 1000",
      ...["SIGPENDING.nr_pending: 2", "SIGPENDING.signal", "SIGPENDING.siginfo[0]", "SIGPENDING.siginfo[1]"],
      "SIGNAL_TASK.blocked",
    ]);
    for (const name of ["SIGNAL", "SIGPENDING", "SIGNAL_TASK", "TTY"]) expect(records(result.image, name)).toEqual([]);
    expect(fields(result.image, "TASK_OBJS", ["signal_objref", "sighand_objref"])[0]).toBeUndefined();
  });
});
