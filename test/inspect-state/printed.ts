/** Output of the commands of this folder for an image, without a file and a process for each. */

import type { Streams } from "../../tools/cli/output/streams.js";
import { printCreds } from "../../tools/cli/print/creds.js";
import { printIpc } from "../../tools/cli/print/ipc.js";
import { printNamespaces } from "../../tools/cli/print/ns.js";
import { printRegisters } from "../../tools/cli/print/regs.js";
import { printSignals } from "../../tools/cli/print/signals.js";
import { printSockets } from "../../tools/cli/print/sockets.js";
import type { Image } from "../../tools/image/image.js";
import { type Task, tasksOf } from "../../tools/model/tasks.js";
import { utf8Text } from "../../tools/utf8.js";

interface Options {
  readonly json?: true;
}

const shown = (tasks: readonly Task[]) => ({ all: tasks, chosen: tasks });

const COMMANDS = {
  regs: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printRegisters(image, streams, shown(tasks), { fpu: true, ...options }),
  signals: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printSignals(image, streams, shown(tasks), options),
  creds: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printCreds(image, streams, shown(tasks), options),
  files: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printCreds(image, streams, shown(tasks), { files: true, ...options }),
  sockets: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printSockets(image, streams, shown(tasks), { options: true, tcp: true, ...options }),
  ipc: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printIpc(image, streams, shown(tasks), { limits: true, times: true, messages: true, contents: true, ...options }),
  ns: (image: Image, streams: Streams, tasks: readonly Task[], options: Options) =>
    printNamespaces(image, streams, shown(tasks), options),
};

export type Printed = Record<keyof typeof COMMANDS, string>;

/** Output by command. */
export function printed(image: Image, options: Options = {}): Printed {
  const tasks = tasksOf(image);
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([name, print]) => {
      let text = "";
      const out = { write: (data: string | Uint8Array) => (text += typeof data === "string" ? data : utf8Text(data)) };
      print(image, { out, err: out, env: {} }, tasks, options);
      return [name, text];
    }),
  ) as Printed;
}
