/** `ckpt regs` */
import { inspectCommand } from "../frame/inspect.js";

export const addRegsCommand = inspectCommand({
  name: "regs",
  description: "show the registers of every task, and the call it was in",
  hasTaskOption: true,
  switches: {
    fpu: "show the floating point and vector registers too",
  },
  json: "an array of tasks with all their registers",
  help: `Registers have the names of gdb. Segment selectors are those of the processor, with their meaning. The system call that a task was in
is written as strace does, with the registers of its arguments and what it returns: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND and
ERESTART_RESTARTBLOCK are numbers with which the kernel marks a call to be restarted. For a task that resumes a call after the restart, the
arguments are named, and the remaining time is shown.`,
  example: "--task 226 --fpu",
  load: async () => (await import("../print/regs.js")).printRegisters,
});
