/** `ckpt auxv` */
import { inspectCommand } from "../frame/inspect.js";

export const addAuxvCommand = inspectCommand({
  name: "auxv",
  description: "show the auxiliary vector of every process",
  hasTaskOption: true,
  json: "an array of address spaces with their tasks and entries",
  help: `It is what the kernel told the program at its start: where its parts are, what the processor can do, under whose ids it runs. From v19 on images
have a copy of the kernel; in older ones it is looked for on the stack.`,
  example: "--task 226",
  load: async () => (await import("../print/auxv.js")).printVectors,
});
