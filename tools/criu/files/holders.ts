/** Which open files there are of sockets and terminals: a socket or terminal without one is closed, or is open outside of the image. */
import type { Image } from "../../image/image.js";
import { OpenFile } from "../../model/files.js";

export interface Holders {
  /** Numbers of open files by that of their socket. */
  readonly sockets: ReadonlyMap<number, number>;
  /** Terminals that are open. */
  readonly terminals: ReadonlySet<number>;
}

export function holdersIn(image: Image): Holders {
  const sockets = new Map<number, number>();
  const terminals = new Set<number>();
  for (const [objref, object] of image.objects) {
    if (object.rule !== "FILE") continue;
    const { typeName, socket, terminal } = new OpenFile(image, objref, object);
    if (typeName === "CKPT_FILE_SOCKET" && socket) sockets.set(socket, objref);
    if (typeName === "CKPT_FILE_TTY" && terminal) terminals.add(terminal);
  }
  return { sockets, terminals };
}
