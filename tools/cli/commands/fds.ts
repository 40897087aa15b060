/** `ckpt fds` */
import { inspectCommand } from "../frame/inspect.js";

export const addFdsCommand = inspectCommand({
  name: "fds",
  description: "list the open files of the tasks",
  hasTaskOption: true,
  json: "an array of file tables with their descriptors",
  help: `FILE numbers the open file: descriptors with the same number share one position, and USED BY is how many do.`,
  example: "--task 226",
  load: async () => (await import("../print/fds.js")).printFiles,
});
