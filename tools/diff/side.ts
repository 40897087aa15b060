/** One of the two images, with cached look-ups. */
import type { Image } from "../image/image.js";
import { RowFields } from "../image/row-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type UndoList, undoListsOf } from "../inspect/ipc.js";
import { hostNamesOf, netNamespacesOf } from "../inspect/ns.js";
import { ImageMemory } from "../memory/memory.js";
import { epollListsOf } from "../model/epoll.js";
import { type SegmentName, segmentNamesOf } from "../model/ipc-segments.js";
import { labelsOf } from "../model/labels.js";
import { ipcNamespacesOf } from "../model/namespaces.js";
import { queueNodesOf } from "../model/socket-queues.js";
import { type Task, type TaskObjectField, tasksOf } from "../model/tasks.js";
import { type TaskNumber, TaskNumbers } from "./task-numbers.js";
import type { SideName } from "./unknown.js";

export class Side {
  readonly tasks: readonly Task[];
  /** Number, file and flag of descriptors. */
  readonly descriptorFields: RowFields;
  /** File, segment, start and end of mappings. */
  readonly mappingFields: RowFields;
  private readonly numbers: TaskNumbers;
  readonly memory: ImageMemory;
  private readonly found = new Map<string, unknown>();

  constructor(
    readonly name: SideName,
    readonly image: Image,
  ) {
    this.tasks = tasksOf(image);
    this.numbers = new TaskNumbers(image, this.tasks);
    this.descriptorFields = new RowFields(image, "FILE_DESC", ["fd_descriptor", "fd_objref", "fd_close_on_exec"]);
    this.mappingFields = new RowFields(image, "VMA", ["vma_objref", "ino_objref", "vm_start", "vm_end"]);
    this.memory = new ImageMemory(image);
  }

  /** Whether this version has such a record. */
  hasRecord(name: string): boolean {
    return this.image.format.kind(name) !== undefined;
  }

  /** Whether this version has such objects. */
  hasObject(type: string): boolean {
    const types = this.once(
      "types",
      () => new Set([...this.image.format.abi.objects.values()].map(({ name }) => name)),
    );
    return types.has(type);
  }

  /** A number in the section of a task; undefined if the version or the section does not have it. */
  number(task: Task, name: TaskNumber): number | undefined {
    return this.numbers.get(task, name);
  }

  /** Number of an object that tasks may share; undefined if the task has none. */
  objref(task: Task, field: TaskObjectField): number | undefined {
    return this.numbers.get(task, field) || undefined;
  }

  /** Whether the task has exited and its parent has not read its exit code. */
  isZombie(task: Task): boolean {
    return (this.numbers.get(task, "exit_state") ?? 0) !== 0;
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

  /** Texts of UTS namespaces by number. */
  get utsNamespaces() {
    return this.once("uts", () => byObjref(hostNamesOf(this.image)));
  }

  get netNamespaces() {
    return this.once("net", () => byObjref(netNamespacesOf(this.image)));
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
        const number = this.objref(task, "signal_objref");
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

  /** Number of the user namespace of a CRED object; undefined if there is none. */
  userNamespaceOf(credentials: number | undefined): number | undefined {
    const namespaces = this.once("user namespaces", () => new Map<number | undefined, number | undefined>());
    if (!namespaces.has(credentials)) {
      const user = this.numberIn(credentials, "CRED", "user_ref");
      namespaces.set(credentials, this.numberIn(user, "USER", "userns_ref") || undefined);
    }
    return namespaces.get(credentials);
  }

  /** A field of the record that has the name of its object. */
  private numberIn(objref: number | undefined, type: string, path: string): number | undefined {
    const record = this.image.object(objref, type)?.find(type);
    return record && this.image.fields(record).number(path);
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.found.has(name)) this.found.set(name, make());
    return this.found.get(name) as T;
  }
}

function byObjref<T extends { readonly objref: number }>(list: readonly T[]): ReadonlyMap<number, T> {
  return new Map(list.map((one) => [one.objref, one]));
}
