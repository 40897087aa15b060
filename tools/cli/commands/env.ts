/** `ckpt env` */
import { inspectCommand } from "../frame/inspect.js";

export const addEnvCommand = inspectCommand({
  name: "env",
  description: "show the environment of every process",
  hasTaskOption: true,
  json: "an array of address spaces with their tasks and environment",
  help: `It is read from the memory where the kernel put it when the program was started, so that it is missing in an image without that memory. What a
program sets later, C libraries keep elsewhere: ckpt search finds it there.`,
  example: "--task 226",
  load: async () => (await import("../print/env.js")).printEnvironments,
});
