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
  help: `Registers have the names of gdb. Segment selectors are those of the processor, with what they stand for. The system call that a task was in
is written as strace does, with the registers of its arguments and what it returns: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND and
ERESTART_RESTARTBLOCK are numbers by which the kernel tells itself to begin the call again. A task that goes on with a call after the
restart has its arguments by meaning and the time that is left.`,
  example: "--task 226 --fpu",
  load: async () => (await import("../print/regs.js")).printRegisters,
});
