/** One of the two images, with cached look-ups. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type UndoList, undoListsOf } from "../inspect/ipc.js";
import { namespacesOf } from "../inspect/ns.js";
import { ImageMemory } from "../memory/memory.js";
import { epollListsOf } from "../model/epoll.js";
import { type SegmentName, segmentNamesOf } from "../model/ipc-segments.js";
import { labelsOf } from "../model/labels.js";
import { ipcNamespacesOf } from "../model/namespaces.js";
import { queueNodesOf } from "../model/socket-queues.js";
import { type Task, tasksOf } from "../model/tasks.js";
import type { SideName } from "./unknown.js";

export class Side {
  readonly tasks: readonly Task[];
  readonly memory: ImageMemory;
  private readonly found = new Map<string, unknown>();

  constructor(
    readonly name: SideName,
    readonly image: Image,
  ) {
    this.tasks = tasksOf(image);
    this.memory = new ImageMemory(image);
  }

  /** Whether this version has such a record. */
  hasRecord(name: string): boolean {
    return this.image.format.kind(name) !== undefined;
  }

  /** Whether this version has such objects. */
  hasObject(type: string): boolean {
    for (const { name } of this.image.format.abi.objects.values()) if (name === type) return true;
    return false;
  }

  /** Whether the image ends within a node, so that missing data may have existed. */
  isCut(node: TreeNode | undefined): boolean {
    return this.image.end !== "complete" && (node === undefined || node.endIndex === this.image.size);
  }

  /** Labels by their numbers. */
  get labels() {
    return this.once("labels", () => labelsOf(this.image));
  }

  /** Epoll items by object number of the file. */
  get epollLists() {
    return this.once("epoll", () => epollListsOf(this.image));
  }

  /** The two queues of each socket. */
  get socketQueues() {
    return this.once("queues", () => queueNodesOf(this.image));
  }

  /** Names of System V segments by inode. */
  get segmentNames(): ReadonlyMap<number, SegmentName> {
    return this.once("segments", () => segmentNamesOf(this.image));
  }

  private get namespaces() {
    return this.once("namespaces", () => namespacesOf(this.image, []));
  }

  /** Texts of UTS namespaces by number. */
  get utsNamespaces() {
    return this.once("uts", () => byObjref(this.namespaces.uts));
  }

  get netNamespaces() {
    return this.once("net", () => byObjref(this.namespaces.net));
  }

  /** Rules with the records of IPC namespaces by number. */
  get ipcNamespaces() {
    return this.once("ipc", () => byObjref(ipcNamespacesOf(this.image)));
  }

  get undoLists(): ReadonlyMap<number, UndoList> {
    return this.once("undo", () => byObjref(undoListsOf(this.image, [])));
  }

  /** The task whose section contains the data that the threads of a process share. */
  signalHolder(objref: number): Task | undefined {
    const holders = this.once("signals", () => {
      const first = new Map<number, Task>();
      for (const task of this.tasks) {
        const number = task.objref("signal_objref");
        if (number !== undefined && !first.has(number)) first.set(number, task);
      }
      return first;
    });
    return holders.get(objref);
  }

  /** Contents of pipes; they are with the first file of a pipe. */
  get pipeContents(): ReadonlyMap<number, TreeNode> {
    return this.once("pipes", () => {
      const files = new Map<number, TreeNode>();
      for (const object of this.image.objects.values()) {
        const record = object.rule === "FILE" ? object.find("FILE") : undefined;
        const pipe = record && this.image.fields(record).number("pipe_objref");
        const contents = object.find("PIPE_BUF") ?? object.find("FILE_PIPE");
        if (pipe !== undefined && contents && !files.has(pipe)) files.set(pipe, contents);
      }
      return files;
    });
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.found.has(name)) this.found.set(name, make());
    return this.found.get(name) as T;
  }
}

function byObjref<T extends { readonly objref: number }>(list: readonly T[]): ReadonlyMap<number, T> {
  return new Map(list.map((one) => [one.objref, one]));
}
