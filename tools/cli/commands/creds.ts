/** `ckpt creds` */
import { inspectCommand } from "../frame/inspect.js";

export const addCredsCommand = inspectCommand({
  name: "creds",
  description: "show user and group ids, capabilities and security labels",
  hasTaskOption: true,
  switches: {
    files: "show with which credentials each file was opened, instead of those of the tasks",
  },
  json: "tasks or files with numbers of credentials, and these",
  help: `Where one line has several ids they are real, effective, saved and that for file access, as in /proc/PID/status. Credentials that count when
others act upon a task are shown only where they are not those with which it acts.`,
  example: "--task 226",
  load: async () => (await import("../print/creds.js")).printCreds,
});
