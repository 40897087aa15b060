/** `ckpt ps` */
import { inspectCommand } from "../frame/inspect.js";

export const addPsCommand = inspectCommand({
  name: "ps",
  description: "list the tasks with their pids, state, memory, name and arguments",
  switches: {
    forest: "draw children under their parents and threads under their process",
    nested: "show the pids in nested pid namespaces as well",
  },
  json: "an array of tasks",
  help: `STATE is R running, S sleeping, D waiting, T stopped, t traced, Z zombie, X dead. SIZE is that of the address space, and IN IMAGE how much of
its memory the image holds; what tasks share is counted for each. CALL is the system call that a task was in, or that it resumes after a
restart. COMMAND are the arguments from the memory of the process, or its name in brackets where the image does not have them.`,
  example: "--forest",
  load: async () => (await import("../print/ps.js")).printTasks,
});
