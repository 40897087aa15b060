/** The listings of the command, as their parts. */

import type { ShownTasks } from "../../../tools/cli/frame/inspect.js";
import { type Part, Sheet } from "../../../tools/cli/output/sheet.js";
import type { Streams } from "../../../tools/cli/output/streams.js";
import { printCreds } from "../../../tools/cli/print/creds.js";
import { printFiles } from "../../../tools/cli/print/fds.js";
import { printIpc } from "../../../tools/cli/print/ipc.js";
import { printNamespaces } from "../../../tools/cli/print/ns.js";
import { printSignals } from "../../../tools/cli/print/signals.js";
import { printSockets } from "../../../tools/cli/print/sockets.js";
import type { Image } from "../../../tools/image/image.js";
import type { Opened } from "../opened.js";

type Print = (image: Image, streams: Streams, tasks: ShownTasks) => void;

const LISTINGS = {
  creds: (image, streams, tasks) => printCreds(image, streams, tasks, {}),
  openers: (image, streams, tasks) => printCreds(image, streams, tasks, { files: true }),
  fds: (image, streams, tasks) => printFiles(image, streams, tasks, {}),
  ipc: (image, streams, tasks) =>
    printIpc(image, streams, tasks, { limits: true, times: true, messages: true, contents: true }),
  ns: (image, streams, tasks) => printNamespaces(image, streams, tasks, {}),
  signals: (image, streams, tasks) => printSignals(image, streams, tasks, {}),
  sockets: (image, streams, tasks) => printSockets(image, streams, tasks, { options: true, tcp: true }),
} satisfies Record<string, Print>;

export type ListingName = keyof typeof LISTINGS;

/** Maximum number of tasks that a listing shows together; one of them can be chosen. */
const MAX_TASKS = 100;

/** What the command of that name prints, for one task or for the first {@link MAX_TASKS}. */
export function listing(
  opened: Opened,
  { name, pid }: { readonly name: ListingName; readonly pid?: number | undefined },
): Part[] {
  const sheet = new Sheet();
  const chosen = opened.tasksWith(pid).slice(0, MAX_TASKS);
  LISTINGS[name](opened.image, sheet.streams, { all: opened.tasks, chosen });
  return sheet.parts;
}
