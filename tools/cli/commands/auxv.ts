/** `ckpt auxv` */
import { inspectCommand } from "../frame/inspect.js";

export const addAuxvCommand = inspectCommand({
  name: "auxv",
  description: "show the auxiliary vector of every process",
  hasTaskOption: true,
  json: "an array of address spaces with their tasks and entries",
  help: `The auxiliary vector is what the kernel passed to the program at its start: addresses of its parts, features of the processor, user and group
ids. From v19 on, images have the kernel's copy; in older ones it is searched on the stack.`,
  example: "--task 226",
  load: async () => (await import("../print/auxv.js")).printVectors,
});
