/** `ckpt signals` */
import { inspectCommand } from "../frame/inspect.js";

export const addSignalsCommand = inspectCommand({
  name: "signals",
  description: "show pending, blocked and handled signals, limits and timers",
  hasTaskOption: true,
  json: "an array of tasks",
  help: `Signals that are not named have their default action. Pending signals wait for the whole process or for one thread; the queue shows who sent
them. Limits, timers and terminal belong to the process and are shown with its first thread.`,
  example: "--task 226",
  load: async () => (await import("../print/signals.js")).printSignals,
});
