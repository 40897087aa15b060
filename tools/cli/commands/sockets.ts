/** `ckpt sockets` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

export interface SocketsOptions extends ImageOptions {
  readonly options?: true;
  readonly tcp?: true;
  readonly json?: true;
}

export function addSocketsCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "sockets", "list the sockets with their addresses, state and waiting data")
    .option("--options", "show the options of each socket too")
    .option("--tcp", "show the state of TCP connections too")
    .option("--json", "print JSON: an array of sockets with everything about them")
    .addHelpText(
      "after",
      `
SOCKET numbers the socket, and PEER the unix socket at its other end. RECV-Q and SEND-Q are bytes that wait in its queues; a dash stands for a
socket that has none in an image, because it listens or is dead. Abstract names begin with @. A socket without a descriptor is a peer, the
sender of a waiting datagram, or a connection that nobody has accepted.

Example:
  ckpt sockets image.ckpt --options`,
    )
    .action((path: string, options: SocketsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printSockets }, { tasksOf }] = await Promise.all([
          import("../print/sockets.js"),
          import("../../model/tasks.js"),
        ]);
        printSockets(image, context.streams, tasksOf(image), options);
      }),
    );
}
