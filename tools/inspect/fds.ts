/** Open files of tasks as `lsof` lists them: the file of every descriptor. */
import type { Image } from "../image/image.js";
import { addressSpaceOf } from "../model/address-space.js";
import { bitNames } from "../model/enum-names.js";
import { type EpollItem, type EpollLists, epollItemsOf, epollListsOf } from "../model/epoll.js";
import { fileTableOf, type OpenFile, openFileOf } from "../model/files.js";
import { type Pipe, pipesOf } from "../model/pipes.js";
import { recordText } from "../model/record-text.js";
import { sharedObjects, type TaskName, taskName } from "../model/sharing.js";
import { type Socket, socketOf } from "../model/sockets.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type Terminal, terminalOf } from "../model/terminals.js";

export interface ListedFileTable {
  readonly objref: number;
  readonly tasks: readonly TaskName[];
  /** Directories and executables of these tasks. */
  readonly places: readonly ListedPlace[];
  /** In the order of their numbers, generated on demand. */
  readonly descriptors: Iterable<ListedDescriptor>;
}

/** A file or directory that a task uses without a descriptor. */
export interface ListedPlace {
  /** Working directory, root directory or executable. */
  readonly what: "cwd" | "root" | "exe";
  readonly path: string;
  /** The tasks of the table that use it. */
  readonly pids: readonly number[];
}

export interface ListedDescriptor {
  readonly number: number;
  readonly closeOnExec: boolean;
  /** Object number of the open file. */
  readonly objref: number;
  /** The open file; undefined if the image lacks it. */
  readonly file: ListedFile | undefined;
  /** Number of descriptors, in all tables of the image, that share the open file and so its position. */
  readonly sharers: number;
}

export interface ListedFile {
  /** C name, e.g. `CKPT_FILE_PIPE`; `type N` for an unknown number; undefined if the image ends before the field. */
  readonly type: string | undefined;
  readonly isDirectory: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** C names of the bits of `f_flags`; `otherFlags` are the bits without a name. */
  readonly flags: readonly string[];
  readonly otherFlags: bigint;
  /** Offset in the file, in bytes. */
  readonly position: bigint | undefined;
  readonly path: string | undefined;
  readonly pipe: ListedPipe | undefined;
  readonly socket: Socket | undefined;
  readonly terminal: Terminal | undefined;
  /** Items that an epoll file watches; at most {@link MAX_LISTED}. */
  readonly watches: readonly EpollItem[] | undefined;
  /** Counter of an eventfd. */
  readonly eventCount: bigint | undefined;
}

export interface ListedPipe {
  /** Number that all ends of the pipe share. */
  readonly objref: number;
  /** Unread bytes; undefined if the image ends before them. */
  readonly waiting: number | undefined;
  /** Object numbers of the other open files that are ends of the pipe; at most {@link MAX_LISTED}. */
  readonly otherEnds: readonly number[];
}

/**
 * The file tables of the chosen tasks (by default of all tasks), each once.
 *
 * @param all tasks of the image
 */
export function* listFileTables(
  image: Image,
  all: readonly Task[] = tasksOf(image),
  chosen: readonly Task[] = all,
): Generator<ListedFileTable, void, void> {
  const surroundings: Surroundings = {
    pipes: pipesOf(image),
    epollLists: epollListsOf(image),
    sharers: countSharers(image),
  };
  for (const { objref, tasks } of sharedObjects(image, all, chosen, "files_objref", "FILE_TABLE")) {
    const table = fileTableOf(image, objref);
    if (!table) continue;
    yield {
      objref,
      tasks: tasks.map(taskName),
      places: placesOf(image, tasks),
      descriptors: {
        *[Symbol.iterator]() {
          for (const { number, closeOnExec, fileObjref } of table.descriptors())
            yield {
              number,
              closeOnExec,
              objref: fileObjref,
              file: listedFile(image, fileObjref, surroundings),
              sharers: surroundings.sharers.get(fileObjref) ?? 1,
            };
        },
      },
    };
  }
}

/** Facts about the files of the whole image. */
interface Surroundings {
  readonly pipes: ReadonlyMap<number, Pipe>;
  readonly epollLists: EpollLists;
  readonly sharers: ReadonlyMap<number, number>;
}

/** Number of descriptors in all tables, by open file. */
function countSharers(image: Image): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [objref, object] of image.objects) {
    if (object.rule !== "FILE_TABLE") continue;
    for (const { fileObjref } of fileTableOf(image, objref)?.descriptors() ?? [])
      counts.set(fileObjref, (counts.get(fileObjref) ?? 0) + 1);
  }
  return counts;
}

/** Maximum number of watched files listed for an epoll file, and of ends listed for a pipe. */
const MAX_LISTED = 100;

function listedFile(image: Image, objref: number, surroundings: Surroundings): ListedFile | undefined {
  const file = openFileOf(image, objref);
  if (!file) return undefined;
  const { format } = image;
  const flags = bitNames(format.abi, "open_flags", file.flags ?? 0);
  const mode = file.mode ?? 0;
  return {
    type: file.type === undefined ? undefined : (file.typeName ?? `type ${file.type}`),
    isDirectory: flags.names.includes("O_DIRECTORY"),
    reads: (mode & format.constant("FMODE_READ")) !== 0,
    writes: (mode & format.constant("FMODE_WRITE")) !== 0,
    flags: flags.names,
    otherFlags: flags.rest,
    position: file.position,
    path: file.path,
    pipe: pipeOf(file, surroundings.pipes),
    socket: socketOf(image, file.socket),
    terminal: terminalOf(image, file.terminal),
    watches: watchesOf(image, file, surroundings.epollLists),
    eventCount: file.eventCount,
  };
}

function pipeOf({ objref, pipe }: OpenFile, pipes: ReadonlyMap<number, Pipe>): ListedPipe | undefined {
  const found = pipe === undefined ? undefined : pipes.get(pipe);
  return (
    found && {
      objref: found.objref,
      waiting: found.waiting,
      otherEnds: found.files.slice(0, MAX_LISTED).filter((end) => end !== objref),
    }
  );
}

function watchesOf(image: Image, file: OpenFile, lists: EpollLists): EpollItem[] | undefined {
  if (file.typeName !== "CKPT_FILE_EPOLL") return undefined;
  const buffer = lists.get(file.objref);
  const items: EpollItem[] = [];
  if (buffer) for (const item of epollItemsOf(image, buffer)) if (items.push(item) >= MAX_LISTED) break;
  return items;
}

function placesOf(image: Image, tasks: readonly Task[]): ListedPlace[] {
  const places = new Map<string, { what: ListedPlace["what"]; path: string; pids: number[] }>();
  const add = (what: ListedPlace["what"], path: string | undefined, { pid }: Task): void => {
    if (path === undefined) return;
    const place = places.get(`${what} ${path}`) ?? { what, path, pids: [] };
    places.set(`${what} ${path}`, place);
    place.pids.push(pid);
  };
  const directories = (task: Task) => image.object(task.objref("fs_objref"), "FS");
  for (const what of ["cwd", "root"] as const)
    for (const task of tasks) add(what, recordText(image, directories(task)?.find("FILE_NAME", what)), task);
  for (const task of tasks) add("exe", addressSpaceOf(image, task.objref("mm_objref"))?.executable, task);
  return [...places.values()];
}
