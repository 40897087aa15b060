import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const BIG = "v19-rc3/s390x";

export const tasks: readonly Case[] = [
  { rule: "task-state", image: BIG, alter: (image) => image.set(image.record("TASK"), "state", 0x100000) },
  {
    rule: "exit-state",
    image: BIG,
    also: ["zombie-state"],
    alter: (image) => image.set(image.record("TASK", { where: (f) => f.number("exit_state") !== 0 }), "exit_state", 17),
  },
  {
    rule: "task-exited",
    what: "state",
    image: BIG,
    alter: (image) => image.set(image.record("TASK", { where: (f) => f.number("exit_state") !== 0 }), "state", 1),
  },
  {
    rule: "task-exited",
    what: "address",
    image: NEW,
    alter: (image) =>
      image.set(image.record("TASK", { where: (f) => f.number("exit_state") !== 0 }), "clear_child_tid", 4096),
  },
  {
    rule: "futex-head",
    image: BIG,
    alter: (image) => image.set(image.record("TASK"), "robust_futex_head_len", 12),
  },
  {
    rule: "signal-stack",
    image: NEW,
    alter(image) {
      const task = image.record("TASK");
      image.set(task, "sas_ss_sp", 0x10000);
      return image.set(task, "sas_ss_size", 0);
    },
  },
];

export const registers: readonly Case[] = [
  { rule: "segment-code", image: NEW, alter: (image) => image.set(image.record("CPU"), "fsindex", 7) },
  {
    rule: "segment-code",
    what: "a TLS slot that is none",
    image: "v20h-self-min.img",
    alter: (image) => image.set(image.record("CPU"), "gsindex", 0x4003),
  },
  {
    rule: "segment-code",
    what: "a 64-bit segment before there were any",
    image: "v18/x86_32",
    alter: (image) => image.set(image.record("CPU"), "cs", 3),
  },
  {
    rule: "processor-flags",
    also: ["instruction-mapping"],
    what: "zero beside registers that were not cleared",
    image: NEW,
    alter(image) {
      const cpu = image.record("CPU");
      for (const field of ["ip", "sp"]) image.set(cpu, field, 0);
      return image.set(cpu, "flags", 0);
    },
  },
  {
    rule: "register-block",
    image: "v21/powerpc64",
    alter: (image) => image.set(image.record("CPU"), "pt_regs_size", 176),
  },
  {
    rule: "thread-slots",
    image: "v16-self-full.img",
    alter: (image) => image.set(image.record("THREAD"), "ntls", 4),
  },
];

export const processes: readonly Case[] = [
  {
    rule: "thread-shares",
    image: BIG,
    alter: (image) =>
      image.set(threadsObjects(image), "mm_objref", image.value(image.record("TASK_OBJS"), "mm_objref")),
  },
  {
    rule: "process-signals",
    image: BIG,
    also: ["thread-shares"],
    alter: (image) =>
      image.set(threadsObjects(image), "signal_objref", image.value(image.record("TASK_OBJS"), "signal_objref")),
  },
  {
    rule: "thread-exit-signal",
    image: NEW,
    alter: (image) =>
      image.set(image.record("TASK", { where: (f) => f.number("exit_signal") === 0xffffffff }), "exit_signal", 17),
  },
  {
    rule: "session-terminal",
    image: BIG,
    alter: (image) => image.set(image.record("SIGNAL", { nth: 1 }), "tty_pgrp", 1000),
  },
];

/** The objects of a thread that is not the first of its process, in a process other than that of the root task. */
function threadsObjects(image: Altered) {
  const thread = image.record("TASK", { where: (fields) => fields.number("exit_signal") === 0xffffffff });
  return image.recordBehind(thread.offset, "TASK_OBJS");
}
