/** Open files of tasks as `lsof` lists them: what is behind every descriptor. */
import type { Image } from "../image/image.js";
import { addressSpaceOf } from "../model/address-space.js";
import { bitNames } from "../model/enum-names.js";
import { type EpollItem, type EpollLists, epollItemsOf, epollListsOf } from "../model/epoll.js";
import { fileTableOf, type OpenFile, openFileOf } from "../model/files.js";
import { payloadText } from "../model/payload-text.js";
import { type Pipe, pipesOf } from "../model/pipes.js";
import { nameOf, sharedObjects, type TaskName } from "../model/sharing.js";
import { type Socket, socketOf } from "../model/sockets.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type Terminal, terminalOf } from "../model/terminals.js";

export interface ListedFileTable {
  readonly objref: number;
  readonly tasks: readonly TaskName[];
  /** Directories and programs of these tasks. */
  readonly places: readonly ListedPlace[];
  /** In the order of their numbers, each made when it is asked for. */
  readonly descriptors: Iterable<ListedDescriptor>;
}

/** Something that a task has open without a descriptor. */
export interface ListedPlace {
  /** Working directory, root directory, program. */
  readonly what: "cwd" | "root" | "exe";
  readonly path: string;
  /** Which of the tasks of the table. */
  readonly pids: readonly number[];
}

export interface ListedDescriptor {
  readonly number: number;
  readonly closeOnExec: boolean;
  /** Number of the open file. */
  readonly objref: number;
  /** Undefined when the image does not have it. */
  readonly file: ListedFile | undefined;
  /** How many descriptors of all tables of the image stand for the same open file, so that they move its position together. */
  readonly sharers: number;
}

export interface ListedFile {
  /** C name, e.g. `CKPT_FILE_PIPE`; `type N` for an unknown number; undefined when the image ends before it. */
  readonly type: string | undefined;
  readonly isDirectory: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** C names of the bits of `f_flags`, and the bits that have none. */
  readonly flags: readonly string[];
  readonly otherFlags: bigint;
  /** Bytes. */
  readonly position: bigint | undefined;
  readonly path: string | undefined;
  readonly pipe: ListedPipe | undefined;
  readonly socket: Socket | undefined;
  readonly terminal: Terminal | undefined;
  /** What an epoll file watches; of very many the first. */
  readonly watches: readonly EpollItem[] | undefined;
  /** Counter of an eventfd. */
  readonly eventCount: bigint | undefined;
}

export interface ListedPipe {
  /** Number that its ends have in common. */
  readonly objref: number;
  /** Bytes that nobody has read yet; undefined when the image ends before them. */
  readonly waiting: number | undefined;
  /** Numbers of other open files that are ends of it; of very many the first. */
  readonly otherEnds: readonly number[];
}

/**
 * The file tables of the chosen tasks, or of all, each once.
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
      tasks: tasks.map(nameOf),
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

/** What is known about all files of the image together. */
interface Surroundings {
  readonly pipes: ReadonlyMap<number, Pipe>;
  readonly epollLists: EpollLists;
  readonly sharers: ReadonlyMap<number, number>;
}

/** Descriptors of all tables by open file. */
function countSharers(image: Image): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [objref, object] of image.objects) {
    if (object.rule !== "FILE_TABLE") continue;
    for (const { fileObjref } of fileTableOf(image, objref)?.descriptors() ?? [])
      counts.set(fileObjref, (counts.get(fileObjref) ?? 0) + 1);
  }
  return counts;
}

/** Files that an epoll file and ends that a pipe is listed with. */
const MOST_LISTED = 100;

function listedFile(image: Image, objref: number, surroundings: Surroundings): ListedFile | undefined {
  const file = openFileOf(image, objref);
  if (!file) return undefined;
  const { format } = image;
  const flags = bitNames(format.abi, "open_flags", file.flags ?? 0);
  const mode = file.mode ?? 0;
  return {
    type: typeOf(file),
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

function typeOf({ type, typeName }: OpenFile): string | undefined {
  return type === undefined ? undefined : (typeName ?? `type ${type}`);
}

function pipeOf({ objref, pipe }: OpenFile, pipes: ReadonlyMap<number, Pipe>): ListedPipe | undefined {
  const found = pipe === undefined ? undefined : pipes.get(pipe);
  return (
    found && {
      objref: found.objref,
      waiting: found.waiting,
      otherEnds: found.files.slice(0, MOST_LISTED).filter((end) => end !== objref),
    }
  );
}

function watchesOf(image: Image, file: OpenFile, lists: EpollLists): EpollItem[] | undefined {
  if (file.typeName !== "CKPT_FILE_EPOLL") return undefined;
  const buffer = lists.get(file.objref);
  const items: EpollItem[] = [];
  if (buffer) for (const item of epollItemsOf(image, buffer)) if (items.push(item) >= MOST_LISTED) break;
  return items;
}

/** Longest path of a kernel. */
const PATH_ROOM = 4096;

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
    for (const task of tasks)
      add(what, payloadText(image, directories(task)?.find("FILE_NAME", what), PATH_ROOM), task);
  for (const task of tasks) add("exe", addressSpaceOf(image, task.objref("mm_objref"))?.executable, task);
  return [...places.values()];
}
