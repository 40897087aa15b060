import { describe, expect, it } from "vitest";
import { abi, registry, versions } from "../../generated/codecs/index.js";
import { ImageFormat, MemorySource, readTree, records } from "../../tools/image/index.js";
import { example } from "./example.js";
import { object, type Parts, record, recordNames, text } from "./made.js";

/** Objects that no real image here contains, as parts of an image that are assembled by hand. Numbers of objects begin at 100. */
interface Subject {
  readonly title: string;
  readonly since: string;
  readonly build: (make: Make) => Uint8Array;
}

class Make {
  constructor(readonly format: ImageFormat) {}

  record(name: string, parts?: Parts): Uint8Array {
    return record(this.format, name, parts);
  }

  object(type: string, objref: number, ...body: Uint8Array[]): Uint8Array {
    return object(this.format, type, objref, ...body);
  }

  buffer(length: number): Uint8Array {
    return this.record("BUFFER", { payload: new Uint8Array(length) });
  }

  file(type: string, struct: string, fields: object = {}): Uint8Array {
    return this.record("FILE", { struct, value: { common: { f_type: this.format.constant(type) }, ...fields } });
  }

  files(objref: number, descriptors: readonly Uint8Array[], ...deferred: Uint8Array[]): Uint8Array {
    return this.object(
      "FILE_TABLE",
      objref,
      this.record("FILE_TABLE", { value: { fdt_nfds: descriptors.length } }),
      ...descriptors.flatMap((file) => [file, this.record("FILE_DESC")]),
      ...deferred,
    );
  }

  unix(address: string): Uint8Array {
    return this.record("SOCKET_UNIX", { value: { laddr_len: 2 + address.length } });
  }

  socket(objref: number, family: number, ...parts: Uint8Array[]): Uint8Array {
    return this.object("SOCK", objref, this.record("SOCKET", { value: { sock_common: { family } } }), ...parts);
  }

  queue(...buffers: Uint8Array[]): Uint8Array {
    return Buffer.concat([this.record("SOCKET_QUEUE", { value: { skb_count: buffers.length } }), ...buffers]);
  }
}

const AF_UNIX = 1;
const AF_INET = 2;

const SUBJECTS: readonly Subject[] = [
  {
    title: "two unix sockets that are connected, with a datagram between them",
    since: "v18",
    build: (make) => {
      const fields = { struct: "ckpt_hdr_file_socket" } as const;
      const peer = make.socket(103, AF_UNIX, make.unix("/run/b"));
      const first = make.socket(102, AF_UNIX, peer, make.unix("/run/a"));
      const sender = make.socket(106, AF_UNIX, make.unix(""));
      return make.files(
        100,
        [
          make.object("FILE", 101, first, make.file("CKPT_FILE_SOCKET", fields.struct, { sock_objref: 102 })),
          make.object("FILE", 104, make.file("CKPT_FILE_SOCKET", fields.struct, { sock_objref: 103 })),
        ],
        make.queue(Buffer.concat([sender, make.record("SOCKET_BUFFER", { value: { lin_len: 6 } }), make.buffer(6)])),
        make.queue(),
        make.queue(),
        make.queue(),
      );
    },
  },
  {
    title: "a unix socket with a relative path",
    since: "v18",
    build: (make) => make.socket(102, AF_UNIX, make.unix("name"), make.record("STRING", { payload: text("/run") })),
  },
  {
    title: "an internet socket",
    since: "v18-dev-a",
    build: (make) => make.socket(102, AF_INET, make.record("SOCKET_INET")),
  },
  {
    title: "a socket buffer with pages outside the framing",
    since: "v19-rc2-a",
    build: (make) => {
      const fragment = make.record("SOCKET_FRAG", { raw: new Uint8Array(4096).fill(4) });
      const head = make.record("SOCKET_BUFFER", { value: { lin_len: 20, nr_frags: 2 } });
      return make.files(100, [], make.queue(Buffer.concat([head, make.buffer(20), fragment, fragment])), make.queue());
    },
  },
  {
    title: "epoll files, one of them watching nothing, and an eventfd",
    since: "v18-dev-b",
    build: (make) => {
      const epoll = (objref: number) =>
        make.object("FILE", objref, make.file("CKPT_FILE_EPOLL", "ckpt_hdr_file_generic"));
      const eventfd = make.object("FILE", 103, make.file("CKPT_FILE_EVENTFD", "ckpt_hdr_file_eventfd", { count: 3 }));
      return make.files(
        100,
        [epoll(101), epoll(102), eventfd],
        make.record("EPOLL_ITEMS", { value: { num_items: 2 } }),
        make.buffer(48),
        make.record("EPOLL_ITEMS"),
      );
    },
  },
  {
    title: "a pseudo-terminal, open at both ends, and one that is hung up",
    since: "v18",
    build: (make) => {
      const master = make.object("TTY", 102, make.record("TTY"), make.record("TTY_LDISC"));
      const input = [make.record("TTY_LDISC", { value: { datalen: 5 } }), make.buffer(5)];
      const slave = make.object("TTY", 103, make.record("TTY"), ...input);
      const file = (objref: number, ...ends: Uint8Array[]) =>
        make.object("FILE", objref, ...ends, make.file("CKPT_FILE_TTY", "ckpt_hdr_file_tty"));
      const hungUp = make.object("TTY", 106, make.record("TTY"));
      return make.files(100, [file(101, master, slave), file(104), file(105, hungUp)]);
    },
  },
  {
    title: "a pipe and a fifo with contents, each met twice",
    since: "v18",
    build: (make) => {
      const end = (objref: number, type: string, pipe_objref: number, ...parts: Uint8Array[]) =>
        make.object("FILE", objref, make.file(type, "ckpt_hdr_file_pipe", { pipe_objref }), ...parts);
      const contents = make.record("PIPE_BUF", { payload: text("waiting") });
      const path = make.record("FILE_NAME", { payload: text("/run/fifo") });
      return make.files(100, [
        end(101, "CKPT_FILE_PIPE", 102, contents),
        end(103, "CKPT_FILE_PIPE", 102),
        end(104, "CKPT_FILE_FIFO", 105, path, contents),
        end(106, "CKPT_FILE_FIFO", 105, path),
      ]);
    },
  },
  {
    title: "System V objects of every kind",
    since: "v17",
    build: (make) => {
      const group = (name: string, ...parts: Uint8Array[]) =>
        Buffer.concat([
          make.record("IPC", { value: { ipc_type: make.format.kind(name)?.number, ipc_count: parts.length } }),
          ...parts,
        ]);
      const { wordSize, pageSize } = make.format;
      const pages = [
        make.record("PGARR", { value: { nr_pages: 1 } }),
        make.buffer(wordSize + pageSize),
        make.record("PGARR"),
      ];
      const message = (...pieces: number[]) => [make.record("IPC_MSG_MSG"), ...pieces.map((size) => make.buffer(size))];
      const queue = (...messages: Uint8Array[][]) =>
        Buffer.concat([make.record("IPC_MSG", { value: { q_qnum: messages.length } }), ...messages.flat()]);
      return make.object(
        "IPC_NS",
        100,
        make.record("IPC_NS"),
        group("IPC_SHM", Buffer.concat([make.record("IPC_SHM"), ...pages])),
        group("IPC_MSG", queue(), queue(message(0), message(4048, 100), message(11))),
        group(
          "IPC_SEM",
          make.record("IPC_SEM"),
          Buffer.concat([make.record("IPC_SEM", { value: { sem_nsems: 3 } }), make.buffer(24)]),
        ),
      );
    },
  },
  {
    title: "a security label of credentials",
    since: "v19-rc1",
    build: (make) =>
      make.object(
        "CRED",
        100,
        make.object(
          "SECURITY",
          101,
          make.record("SECURITY", { value: { ptrref: 102 } }),
          make.record("STRING", { payload: text("system_u:object_r") }),
        ),
        make.record("CRED", { value: { sec_ref: 102 } }),
      ),
  },
  {
    title: "a user whose namespaces were created by others",
    since: "v17",
    build: (make) => {
      const creator = make.object(
        "USER",
        101,
        make.object("USER_NS", 102, make.record("USER_NS")),
        make.record("USER"),
      );
      const second = make.object("USER", 103, make.object("USER_NS", 104, make.record("USER_NS")), make.record("USER"));
      return make.object(
        "USER",
        100,
        creator,
        second,
        make.object("USER_NS", 105, make.record("USER_NS")),
        make.record("USER"),
      );
    },
  },
  {
    title: "a network namespace with devices",
    since: "v20-b",
    build: (make) => {
      const name = make.record("BUFFER", { payload: text("eth0", 16) });
      const device = (objref: number, inet_addrs: number) =>
        make.object(
          "NETDEV",
          objref,
          make.record("NETDEV", { value: { inet_addrs } }),
          name,
          ...(inet_addrs > 0 ? [make.buffer(24 * inet_addrs)] : []),
        );
      return make.object("NET_NS", 100, make.record("NET_NS"), device(101, 0), device(102, 2));
    },
  },
  {
    title: "semaphore adjustments",
    since: "v23-rc1-a",
    build: (make) =>
      make.object(
        "SEM_UNDO",
        100,
        make.record("TASK_SEM_UNDO_LIST", { value: { count: 2 } }),
        make.record("TASK_SEM_UNDO", { value: { semadj_count: 3 } }),
        make.buffer(6),
        make.record("TASK_SEM_UNDO", { value: { semadj_count: 1 } }),
        make.buffer(2),
      ),
  },
];

/** ABIs of every version on x86. */
const ABIS = versions.flatMap((version) =>
  registry
    .arches(version)
    .filter((arch) => arch.startsWith("x86_"))
    .map((arch) => ({ version, arch })),
);

describe.each(SUBJECTS)("$title", ({ since, build }) => {
  const having = ABIS.filter(({ version }) => versions.indexOf(version) >= versions.indexOf(since));

  it.each(having)("is read in $version/$arch", ({ version, arch }) => {
    const { format, beforeTask, fromTask } = imageOf(version, arch);
    const subject = build(new Make(format));
    const source = new MemorySource(Buffer.concat([beforeTask, subject, fromTask]));
    const { end, problems, root, objects } = readTree(format, source);
    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(end).toBe("complete");
    expect(recordNames(root)).toEqual([...records(format, source)].map(({ name }) => name));
    // All records belong to the object: none was read as something else.
    const top = [...objects].find(([objref]) => objref >= 100)?.[1];
    if (!top) throw new Error("no object");
    expect(recordNames(top)).toEqual([...records(format, new MemorySource(subject))].map(({ name }) => name));
  });
});

interface Halves {
  readonly format: ImageFormat;
  readonly beforeTask: Uint8Array;
  readonly fromTask: Uint8Array;
}

const images = new Map<string, Halves>();

/** A small image, in two halves. */
function imageOf(version: string, arch: string): Halves {
  const name = `${version}/${arch}`;
  const known = images.get(name);
  if (known) return known;
  const format = new ImageFormat(abi(version, arch));
  const whole = example(format);
  const task = [...records(format, new MemorySource(whole))].find((record) => record.name === "TASK");
  const halves = { format, beforeTask: whole.subarray(0, task?.offset), fromTask: whole.subarray(task?.offset) };
  images.set(name, halves);
  return halves;
}
