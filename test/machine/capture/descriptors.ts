/** Open files and descriptor tables of captured processes. */
import { type Fields, padded, SharedObject } from "../../../tools/write/index.js";
import { epoll, open, pipeContents, table } from "../../make-image/files.js";
import type { Scene } from "../../make-image/scene.js";
import { socket, unix } from "../../make-image/sockets.js";
import { end, type Terminals } from "./terminals.js";
import type { Descriptor, Process, Tree } from "./tree.js";

const O_ACCMODE = 3;
const O_CLOEXEC = 0o2000000;
const MODES = [["FMODE_READ"], ["FMODE_WRITE"], ["FMODE_READ", "FMODE_WRITE"]];
/** Kernel names of the types of sockets that programs here have, by number. */
const SOCKET_TYPES: Readonly<Record<number, string>> = { 1: "SOCK_STREAM", 2: "SOCK_DGRAM", 5: "SOCK_SEQPACKET" };

/** Open files that processes share. */
export class OpenFiles {
  /** The programs here open no file twice in the same way, so descriptors with one file, position and flags have one open file. */
  private readonly files = new Map<string, SharedObject>();
  private readonly inodes = new Map<string, SharedObject>();
  private readonly sockets = new Map<number, SharedObject>();

  constructor(
    private readonly scene: Scene,
    private readonly tree: Tree,
    private readonly terminals: Terminals,
  ) {}

  table({ descriptors }: Process): SharedObject {
    return table(
      this.scene,
      descriptors.map((descriptor) => ({
        fd: descriptor.fd,
        file: this.file(descriptor, descriptors),
        closeOnExec: (descriptor.flags & O_CLOEXEC) !== 0,
      })),
    );
  }

  private file(descriptor: Descriptor, all: readonly Descriptor[]): SharedObject {
    const { link, position, flags } = descriptor;
    const key = [link, position, flags & ~O_CLOEXEC].join(" ");
    const file = this.files.get(key) ?? this.made(descriptor, all);
    this.files.set(key, file);
    return file;
  }

  private made(descriptor: Descriptor, all: readonly Descriptor[]): SharedObject {
    const { scene } = this;
    const { link, position, info } = descriptor;
    const flags = descriptor.flags & ~O_CLOEXEC;
    const mode = MODES[flags & O_ACCMODE] ?? [];
    const common = { f_flags: flags, f_pos: position };
    if (link.startsWith("pipe:")) {
      // The contents are those of the reading side, which this process or another one has.
      const bytes = this.tree.processes
        .flatMap(({ descriptors }) => descriptors)
        .find((other) => other.link === link && other.pipe)?.pipe;
      const fields = { f_flags: flags, pipe_objref: this.inode(link) };
      return open(scene, { type: "CKPT_FILE_PIPE", mode, fields, records: pipeContents(bytes ?? Buffer.alloc(0)) });
    }
    if (link.startsWith("socket:"))
      return open(scene, {
        type: "CKPT_FILE_SOCKET",
        fields: { f_flags: flags, sock_objref: this.socket(inodeIn(link)) },
      });
    if (link === "anon_inode:[eventfd]")
      return open(scene, {
        type: "CKPT_FILE_EVENTFD",
        fields: { f_flags: flags, count: BigInt(`0x${/^eventfd-count:\s*(\w+)/m.exec(info)?.[1]}`), flags: 0 },
      });
    if (link === "anon_inode:[eventpoll]") return epoll(scene, this.watched(info, all));
    const terminal = end(this.terminals, link);
    if (terminal)
      return open(scene, {
        type: "CKPT_FILE_TTY",
        fields: { f_flags: flags, tty_objref: terminal },
        objects: { TTY: this.terminals.map(({ object }) => object) },
      });
    return open(scene, {
      type: "CKPT_FILE_GENERIC",
      mode: [...mode, "FMODE_LSEEK", "FMODE_PREAD", "FMODE_PWRITE"],
      fields: common,
      records: { path: { payload: padded(link) } },
    });
  }

  /** Items of an epoll file: `tfd: 3 events: 19 data: 5` with hexadecimal events and data. */
  private watched(info: string, all: readonly Descriptor[]): Fields[] {
    return [...info.matchAll(/^tfd:\s*(\d+) events:\s*(\w+) data:\s*(\w+)/gm)].map(([, tfd, events, data]) => {
      const target = all.find(({ fd }) => fd === Number(tfd));
      if (!target) throw new TypeError(`an epoll file watches descriptor ${tfd}, which is closed`);
      return {
        fd: Number(tfd),
        events: Number.parseInt(events ?? "", 16),
        data: BigInt(`0x${data}`),
        file_objref: this.file(target, all),
      };
    });
  }

  private inode(link: string): SharedObject {
    const inode = this.inodes.get(link) ?? new SharedObject("INODE");
    this.inodes.set(link, inode);
    return inode;
  }

  private socket(inode: number): SharedObject {
    const known = this.sockets.get(inode);
    if (known) return known;
    const { scene, tree } = this;
    const found = tree.processes.flatMap(({ descriptors }) => descriptors).find(({ link }) => inodeIn(link) === inode);
    if (!found?.socket) throw new TypeError(`nothing is known about socket ${inode}`);
    const { type, listens, name, messages } = found.socket;
    const { peer = 0, shutdown = 0 } = tree.sockets.get(inode) ?? {};
    const family = scene.constant("AF_UNIX");
    const local = name.length > 2 && {
      laddr_len: name.length,
      laddr: { sun_family: family, sun_path: name.toString("latin1", 2).replace(/\0$/, "") },
      flags: scene.constant("CKPT_UNIX_LINKED"),
    };
    const object: SharedObject = socket(scene, () => ({
      family: "AF_UNIX",
      type: SOCKET_TYPES[type] ?? "",
      state: listens ? "TCP_LISTEN" : peer ? "TCP_ESTABLISHED" : "TCP_CLOSE",
      backlog: listens ? BACKLOG : 0,
      shutdown,
      records: {
        SOCKET_UNIX: { fields: unix(scene, object, { ...(peer && { peer: this.socket(peer) }), ...local }) },
      },
      received: messages.map((data) => ({ socket: this.socket(peer), protocol: "none", data })),
    }));
    this.sockets.set(inode, object);
    return object;
  }
}

/** Length of the queue of a socket that listens, which the kernel does not tell; that of the program `sockets`. */
const BACKLOG = 3;

function inodeIn(link: string): number {
  return Number(/^socket:\[(\d+)\]$/.exec(link)?.[1]);
}
