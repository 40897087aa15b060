import type { StructFields } from "../../../tools/image/record/struct-fields.js";
import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const BIG = "v21/s390x";

export const sockets: readonly Case[] = [
  {
    rule: "socket-this",
    image: BIG,
    alter(image) {
      const socket = image.record("SOCKET_UNIX");
      return image.set(socket, "this", image.value(image.record("SOCKET_UNIX", { nth: 1 }), "this"));
    },
  },
  {
    rule: "socket-family",
    image: BIG,
    alter: (image) =>
      image.set(
        image.record("SOCKET", { where: (f) => f.number("sock_common.family") === 2 }),
        "sock_common.family",
        10,
      ),
  },
  {
    rule: "address-length",
    image: NEW,
    also: ["address-family"],
    alter: (image) => image.set(image.record("SOCKET_UNIX"), "raddr_len", 111),
  },
  {
    rule: "address-family",
    image: BIG,
    alter: (image) => image.set(image.record("SOCKET_INET"), "laddr.sin_family", 1),
  },
  {
    rule: "socket-directory",
    image: BIG,
    alter(image) {
      const directory = image.record("STRING", { label: "socket_directory" });
      const at = directory.parent?.offset ?? 0;
      image.splice(directory.offset, directory.record?.end ?? 0);
      return at;
    },
  },
];

export const socketQueues: readonly Case[] = [
  {
    rule: "queue-bytes",
    image: NEW,
    alter: (image) => image.set(image.record("SOCKET_QUEUE", { where: filled }), "total_bytes", 1),
  },
  {
    rule: "queue-bytes",
    what: "without offsets in the buffers",
    image: "v18/x86_32",
    alter: (image) => image.set(image.record("SOCKET_QUEUE", { where: filled }), "total_bytes", 1),
  },
  {
    rule: "queue-owner",
    image: BIG,
    alter(image) {
      const buffer = image.record("SOCKET_BUFFER", { nth: 1 });
      return image.set(buffer, "pr_objref", 54321);
    },
    also: ["reference-unknown"],
  },
  {
    rule: "buffer-offset",
    image: BIG,
    alter: (image) => image.set(image.record("SOCKET_BUFFER"), "transport_header", 60_000),
  },
  {
    rule: "buffer-header",
    image: BIG,
    alter: (image) => image.set(image.record("SOCKET_BUFFER"), "network_header", 3),
  },
  {
    rule: "buffer-length",
    image: NEW,
    also: ["queue-bytes"],
    alter: (image) => image.set(image.record("SOCKET_BUFFER"), "skb_len", 1),
  },
  {
    rule: "fragment-sum",
    image: BIG,
    also: ["buffer-length"],
    alter: (image) => image.set(image.record("SOCKET_BUFFER", { where: fragmented }), "frg_len", 5),
  },
  {
    rule: "fragment-page",
    image: BIG,
    also: ["fragment-sum"],
    alter: (image) => image.set(image.record("SOCKET_FRAG"), "size", 5000),
  },
  {
    rule: "unix-queue",
    image: BIG,
    alter(image) {
      const buffer = image.record("SOCKET_BUFFER", { where: fragmented });
      image.set(buffer, "pr_objref", image.value(image.record("SOCKET_UNIX"), "this"));
      return image.offsetOf(buffer, "nr_frags");
    },
  },
];

function filled(fields: StructFields): boolean {
  return (fields.number("skb_count") ?? 0) > 0;
}

function fragmented(fields: StructFields): boolean {
  return (fields.number("nr_frags") ?? 0) > 0;
}
