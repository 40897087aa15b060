/** `ckpt ns` */
import { inspectCommand } from "../frame/inspect.js";

export const addNsCommand = inspectCommand({
  name: "ns",
  description: "list the namespaces, what they show, and the tasks in them",
  json: "an object with the namespaces of each kind",
  help: `A namespace that was not saved is one that restarted tasks take over from where they are started. Mount namespaces are never saved.`,
  load: async () => (await import("../print/ns.js")).printNamespaces,
});
