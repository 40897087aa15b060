/** `ckpt ipc` */
import { inspectCommand } from "../frame/inspect.js";

export const addIpcCommand = inspectCommand({
  name: "ipc",
  description: "list System V shared memory, message queues and semaphores",
  switches: {
    limits: "show the limits of each namespace too",
    times: "show when each object was last used",
    messages: "list the messages of each queue",
    contents: "show what is in the messages",
  },
  json: "an object with the namespaces and the undo lists",
  help: `IN IMAGE is how much of a segment the image holds; the rest of it is zero. ATTACHED are tasks that have the segment mapped.`,
  example: "--messages",
  load: async () => (await import("../print/ipc.js")).printIpc,
});
