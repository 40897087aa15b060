/** Open files and descriptor tables. */
import { type ComposedRecord, type Fields, type Part, padded, SharedObject } from "../../tools/write/index.js";
import { labelled } from "./labels.js";
import type { Role } from "./process-tree.js";
import type { Scene } from "./scene.js";
import { socketFiles } from "./sockets.js";

export interface OpenFiles {
  /** The program that all tasks run. */
  readonly program: SharedObject;
  /** A file that the root task maps shared. */
  readonly shared: SharedObject;
  /** The descriptor table of a process. */
  table(role: Role): SharedObject;
}

/** A descriptor number with its open file. */
export interface Descriptor {
  readonly fd: number;
  readonly file: SharedObject;
  readonly closeOnExec?: boolean;
}

const READ = ["FMODE_READ", "FMODE_LSEEK", "FMODE_PREAD"];
const WRITE = ["FMODE_WRITE", "FMODE_PWRITE"];
const STREAM = ["FMODE_READ", "FMODE_WRITE"];

export function openFiles(scene: Scene): OpenFiles {
  const data = generic(scene, "/srv/jobs/data", ["O_RDWR"], [...READ, ...WRITE], 1234);
  const nothing = generic(scene, "/dev/null", ["O_RDWR"], [...READ, ...WRITE]);
  const special = scene.settings.plain ? [] : specialFiles(scene, nothing, data);
  const terminal = special.find(({ fd }) => fd === 0)?.file ?? nothing;
  const standard = [0, 1, 2].map((fd) => ({ fd, file: terminal }));
  const tables: Partial<Record<Role, readonly Descriptor[]>> = {
    root: [...standard, { fd: 3, file: data }, ...special.filter(({ fd }) => fd > 3)],
    leader: [...standard, { fd: 3, file: data, closeOnExec: true }, { fd: 255, file: nothing }],
  };
  return {
    program: generic(scene, "/bin/program", [], READ),
    shared: generic(scene, "/srv/jobs/shared", ["O_RDWR"], [...READ, ...WRITE]),
    table: (role) => table(scene, tables[role] ?? standard),
  };
}

/** One file of every other kind that the version has. */
function specialFiles(scene: Scene, nothing: SharedObject, data: SharedObject): Descriptor[] {
  const [reading, writing] = pipe(scene);
  const fifo = open(scene, {
    type: "CKPT_FILE_FIFO",
    fields: { pipe_objref: new SharedObject("INODE") },
    records: { path: { payload: padded("/srv/jobs/fifo") }, ...pipeContents(new TextEncoder().encode("in the fifo")) },
  });
  const eventfd = open(scene, { type: "CKPT_FILE_EVENTFD", fields: { count: 42, flags: 0 } });
  const { master, slave } = scene.terminal;
  const end = (tty: SharedObject) =>
    open(scene, { type: "CKPT_FILE_TTY", fields: { tty_objref: tty }, objects: { TTY: [master, slave] } });
  const sockets = socketFiles(scene, (socket) =>
    open(scene, { type: "CKPT_FILE_SOCKET", fields: { sock_objref: socket } }),
  );
  const watched = [
    { fd: 5, file: reading },
    { fd: 16, file: eventfd },
  ].map(({ fd, file }) => ({ data: 2 ** 32 + fd, fd, file_objref: file, events: EPOLLIN }));
  const candidates: readonly (readonly [constant: string, descriptor: Descriptor])[] = [
    ["CKPT_FILE_TTY", { fd: 0, file: end(slave) }],
    ["CKPT_FILE_GENERIC", { fd: 4, file: generic(scene, "/srv/jobs", ["O_DIRECTORY"], READ) }],
    ["CKPT_FILE_PIPE", { fd: 5, file: reading }],
    ["CKPT_FILE_PIPE", { fd: 6, file: writing, closeOnExec: true }],
    ["CKPT_FILE_FIFO", { fd: 7, file: fifo }],
    ["CKPT_FILE_TTY", { fd: 8, file: end(master) }],
    ...sockets.map((file, i) => ["CKPT_FILE_SOCKET", { fd: 9 + i, file }] as const),
    ["CKPT_FILE_EVENTFD", { fd: 16, file: eventfd }],
    ["CKPT_FILE_EPOLL", { fd: 17, file: epoll(scene, watched) }],
    ["CKPT_FILE_GENERIC", { fd: 37, file: data }],
    ["CKPT_FILE_GENERIC", { fd: 255, file: nothing, closeOnExec: true }],
  ];
  return candidates.flatMap(([constant, descriptor]) => (scene.has(constant) ? [descriptor] : []));
}

/** A table of descriptors. */
export function table(scene: Scene, descriptors: readonly Descriptor[]): SharedObject {
  return new SharedObject("FILE_TABLE", () => ({
    records: { FILE_TABLE: { fields: { fdt_nfds: descriptors.length } } },
    rounds: descriptors.map(({ fd, file, closeOnExec = false }) => ({
      records: {
        FILE_DESC: { fields: { fd_objref: file, fd_descriptor: fd, fd_close_on_exec: closeOnExec ? 1 : 0 } },
      },
    })),
    rules: { deferred: drain(scene.deferred) },
  }));
}

/** Deferred parts, including those that are deferred while others are written. */
function* drain(queue: (() => Part)[]): Generator<Part> {
  for (let next = queue.shift(); next; next = queue.shift()) yield next();
}

export function generic(
  scene: Scene,
  path: string,
  flags: readonly string[],
  mode: readonly string[],
  position = 0,
): SharedObject {
  const fields = { f_flags: scene.bits(flags), f_pos: position };
  return open(scene, { type: "CKPT_FILE_GENERIC", mode, fields, records: { path: { payload: padded(path) } } });
}

/** Properties of files of a type. */
interface FileKind {
  readonly type: string;
  /** Open modes, such as reading and writing; both by default. */
  readonly mode?: readonly string[];
  readonly fields?: Fields;
  /** Records after that of the file. */
  readonly records?: Readonly<Record<string, ComposedRecord>>;
  readonly objects?: Readonly<Record<string, readonly SharedObject[]>>;
  written?(file: SharedObject): void;
}

/** An open file of any kind. */
export function open(scene: Scene, { type, mode = STREAM, fields, records, objects, written }: FileKind): SharedObject {
  const label = scene.labels.file;
  const file: SharedObject = new SharedObject(
    "FILE",
    () => ({
      objects: { ...objects, ...labelled(label) },
      records: {
        FILE: {
          fields: {
            f_type: scene.constant(type),
            f_mode: scene.bits(mode),
            f_flags: mode.includes("FMODE_WRITE") ? scene.constant("O_RDWR") : 0,
            f_credref: scene.identities.user,
            f_secref: label?.pointer,
            ...fields,
          },
        },
        ...records,
      },
    }),
    () => written?.(file),
  );
  return file;
}

/** The two ends of a pipe with unread data. */
function pipe(scene: Scene): [SharedObject, SharedObject] {
  const fields = { pipe_objref: new SharedObject("INODE") };
  const contents = pipeContents(new TextEncoder().encode("in the pipe"));
  const end = (flag: string, mode: string) =>
    open(scene, {
      type: "CKPT_FILE_PIPE",
      mode: [mode],
      fields: { ...fields, f_flags: scene.bits([flag]) },
      records: contents,
    });
  return [end("O_RDONLY", "FMODE_READ"), end("O_WRONLY", "FMODE_WRITE")];
}

/** Unread bytes, which up to v17 follow the record without a header. */
export function pipeContents(bytes: Uint8Array): Record<string, ComposedRecord> {
  return { FILE_PIPE: { fields: { pipe_len: bytes.length }, raw: bytes }, pipe_contents: { payload: bytes } };
}

/** Flag of the event that a program waits for. */
const EPOLLIN = 1;

/** An epoll file with the items that it watches. */
export function epoll(scene: Scene, items: readonly Fields[]): SharedObject {
  return open(scene, {
    type: "CKPT_FILE_EPOLL",
    written(file) {
      scene.deferred.push(() => ({
        records: {
          EPOLL_ITEMS: { fields: { epfile_objref: file, num_items: items.length } },
          epoll_items: { payload: { elements: items } },
        },
      }));
    },
  });
}
