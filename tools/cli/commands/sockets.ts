/** `ckpt sockets` */
import { inspectCommand } from "../frame/inspect.js";

export const addSocketsCommand = inspectCommand({
  name: "sockets",
  description: "list the sockets with their addresses, state and waiting data",
  switches: {
    options: "show the options of each socket too",
    tcp: "show the state of TCP connections too",
  },
  json: "an array of sockets with everything about them",
  help: `SOCKET numbers the socket, and PEER the unix socket at its other end. RECV-Q and SEND-Q are bytes that wait in its queues; a dash marks a
socket that has no queues in an image, because it listens or is dead. Abstract names begin with @. A socket without a descriptor is a peer, the
sender of a waiting datagram, or a connection that was not accepted yet.`,
  example: "--options",
  load: async () => (await import("../print/sockets.js")).printSockets,
});
