/**
 * The open files of a dump: files.img has an entry for each, with a number by which descriptors and mappings name it. The number is that of the object in
 * the image; what is not an object there, such as a working directory, gets a number after the last one.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { fd_types, file_entrySchema } from "../../../generated/criu/fdinfo_pb.js";
import type { Image } from "../../image/image.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { type EpollLists, epollListsOf } from "../../model/epoll.js";
import { type OpenFile, openFileOf } from "../../model/files.js";
import { queueNodesOf } from "../../model/socket-queues.js";
import type { Task } from "../../model/tasks.js";
import { textBytes } from "../../model/text-bytes.js";
import type { Account } from "../account.js";
import type { Demands } from "../demands.js";
import type { Dump } from "../dump.js";
import type { Target } from "../target.js";
import { type Holders, holdersIn } from "./holders.js";
import { NOBODY } from "./owner.js";

export type FileEntry = Exclude<MessageInitShape<typeof file_entrySchema>, { $typeName: string }>;

/** An open file as descriptors name it. */
export interface ListedFile {
  readonly id: number;
  readonly type: fd_types;
}

/** What a list of files is made of. */
export interface FileSources {
  readonly image: Image;
  readonly account: Account;
  readonly dump: Dump;
  readonly demands: Demands;
  readonly target: Target;
  readonly tasks: readonly Task[];
}

/** What the parts that convert kinds of files work on. */
export interface FileContext extends FileSources {
  readonly list: FileList;
  readonly holders: Holders;
  readonly epollLists: EpollLists;
  /** Receive queue and send queue of each socket. */
  readonly queues: ReadonlyMap<number, readonly TreeNode[]>;
}

/**
 * Makes the entry of an open file.
 *
 * @returns undefined if CRIU cannot have it, which was told then
 */
export type FileMaker = (context: FileContext, file: OpenFile) => FileEntry | undefined;

export class FileList {
  private readonly known = new Map<number, ListedFile | undefined>();
  private readonly directories = new Map<string, number>();
  /** What the makers work on. */
  readonly context: FileContext;
  private readonly met = new Set<string>();
  private next: number;

  constructor(
    sources: FileSources,
    /** Makers of entries by the C name of a `file_type`. */
    private readonly makers: ReadonlyMap<string, FileMaker>,
  ) {
    const { image } = sources;
    this.context = {
      ...sources,
      list: this,
      holders: holdersIn(image),
      epollLists: epollListsOf(image),
      queues: queueNodesOf(image),
    };
    this.next = 1;
    for (const objref of image.objects.keys()) if (objref >= this.next) this.next = objref + 1;
  }

  /** The open file with that object number; undefined if CRIU cannot have it, which was told then. */
  of(objref: number): ListedFile | undefined {
    if (!this.known.has(objref)) {
      // Before its entry is made, because it may refer to itself, as an epoll instance that watches itself does.
      this.known.set(objref, undefined);
      this.known.set(objref, this.make(objref));
    }
    return this.known.get(objref);
  }

  /** Number of a directory that is no open file. Processes with the same path share it. */
  directory(path: string): number {
    let id = this.directories.get(path);
    if (id === undefined) {
      id = this.number();
      this.directories.set(path, id);
      this.add(regular(id, textBytes(path), 0, 0n));
    }
    return id;
  }

  /** A number that no object has. */
  number(): number {
    return this.next++;
  }

  /** Whether that was not asked before, for what several files share. */
  isFirst(what: string): boolean {
    const before = this.met.size;
    return this.met.add(what).size > before;
  }

  /** Adds an entry that belongs to no object of the image, such as the path of a fifo. */
  add(entry: FileEntry): void {
    this.context.dump.add("files", "files", file_entrySchema, entry);
  }

  private make(objref: number): ListedFile | undefined {
    const { image, account } = this.context;
    const file = openFileOf(image, objref);
    if (!file) {
      account.inTheWay({ record: "FILE", value: objref, why: `the image has no open file ${objref}` });
      return undefined;
    }
    const maker = this.makers.get(file.typeName ?? "");
    if (!maker) {
      const kind = file.typeName ?? `of type ${file.type}`;
      account.inTheWay({
        node: file.object,
        record: "FILE",
        field: "f_type",
        value: file.type,
        why: `CRIU has no open files ${kind}`,
      });
      return undefined;
    }
    if (structOf(image, file.object.find("FILE"))?.number("f_secref"))
      account.lost({
        ...{ node: file.object.find("FILE"), record: "FILE", field: "f_secref" },
        why: "security labels are those of the restoring machine",
      });
    const entry = maker(this.context, file);
    if (entry) this.add(entry);
    return entry && { id: entry.id as number, type: entry.type as fd_types };
  }
}

/**
 * An open file or directory with a path. Size, mode and build id are left out, because with them CRIU refuses a file that was changed.
 *
 * @param name path as bytes
 * @param flags `O_` bits
 * @param pos offset in bytes
 */
export function regular(id: number, name: Uint8Array, flags: number, pos: bigint): FileEntry {
  return { type: fd_types.REG, id, reg: { id, flags, pos, name, fown: NOBODY } };
}
