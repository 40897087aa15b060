/** System V IPC objects of an image: limits, shared memory segments, message queues, semaphore sets and undo lists. */

import type { NamedBits } from "../../runtime/index.js";
import type { Image } from "../image/image.js";
import { MAX_ARRAY_ELEMENTS, payloadStructs, type StructFields, structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type AddressSpace, addressSpaceOf } from "../model/address-space.js";
import { bitNames } from "../model/enum-names.js";
import { type IpcMember, ipcMembersOf } from "../model/ipc-members.js";
import { type Labels, labelsOf } from "../model/labels.js";
import { ipcNamespacesOf } from "../model/namespaces.js";
import type { Task } from "../model/tasks.js";
import { type Message, type MessageOptions, messagesOf } from "./ipc-messages.js";

export interface IpcNamespace {
  /** Object number of the namespace. */
  readonly objref: number;
  /** Limits by schema key, e.g. `shm_ctlmax`. */
  readonly limits: Readonly<Record<string, bigint>>;
  readonly segments: readonly SharedMemory[];
  readonly queues: readonly MessageQueue[];
  readonly semaphores: readonly SemaphoreSet[];
}

/** Common fields of all IPC objects. Times are seconds since the epoch, 0 for never. */
interface IpcObject {
  readonly id: number;
  readonly key: number;
  readonly owner: Owner;
  readonly creator: Owner;
  /** Permission bits. */
  readonly mode: number;
  readonly sequence: bigint;
  readonly label: string | undefined;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface SharedMemory extends IpcObject {
  /** Size in bytes. */
  readonly size: bigint;
  /** Number of pages whose contents are in the image. */
  readonly pages: number;
  /** Bytes of these pages. */
  readonly present: bigint;
  /** Pids of some processes that have it mapped. `attachedCount` is the number of all. */
  readonly attached: readonly number[];
  readonly attachedCount: number;
  readonly attachedAt: bigint;
  readonly detachedAt: bigint;
  readonly changedAt: bigint;
  readonly creatorPid: number;
  readonly lastPid: number;
  /** User who locked it in memory; undefined if it is not locked. */
  readonly lockedBy: number | undefined;
  readonly flags: NamedBits;
  /** Number of its inode, as in mappings. */
  readonly inode: number;
  /** Bytes of a huge page; undefined for ordinary pages. */
  readonly hugePage: bigint | undefined;
}

export interface MessageQueue extends IpcObject {
  readonly bytes: bigint;
  readonly capacity: bigint;
  readonly count: bigint;
  readonly sentAt: bigint;
  readonly receivedAt: bigint;
  readonly changedAt: bigint;
  readonly lastSender: number;
  readonly lastReceiver: number;
  /** The messages of the queue; undefined unless requested. */
  readonly messages?: readonly Message[];
}

export interface SemaphoreSet extends IpcObject {
  /** Announced number of semaphores; `semaphores` has those in the image. */
  readonly count: number;
  readonly semaphores: readonly { readonly value: number; readonly lastPid: number }[];
  readonly operatedAt: bigint;
  readonly changedAt: bigint;
}

/**
 * The IPC namespaces of an image.
 *
 * @param tasks tasks whose mappings are searched for attached segments
 */
export function ipcOf(image: Image, tasks: readonly Task[], options: MessageOptions = {}): IpcNamespace[] {
  const labels = labelsOf(image);
  const namespaces = ipcNamespacesOf(image);
  const inodes = namespaces.length === 0 ? new Map<number, number[]>() : mappedInodes(image, tasks);
  return namespaces.map(({ objref, rule }) => ({
    objref,
    limits: limitsOf(structOf(image, rule.find("IPC_NS"))),
    segments: ipcMembersOf(rule, "shm_segments", "IPC_SHM").map((member) =>
      listedSegment(image, member, labels, inodes),
    ),
    queues: ipcMembersOf(rule, "msg_queues", "IPC_MSG").map((member) => queueOf(image, member, labels, options)),
    semaphores: ipcMembersOf(rule, "sem_sets", "IPC_SEM").map((member) => semaphoresOf(image, member, labels)),
  }));
}

function limitsOf(fields: StructFields | undefined): Record<string, bigint> {
  const entries = fields?.members.flatMap(({ key }) => {
    const value = fields.big(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries ?? []);
}

function objectOf(fields: StructFields | undefined, labels: Labels): IpcObject {
  const number = (path: string) => fields?.number(`perms.${path}`) ?? 0;
  return {
    id: number("id"),
    key: number("key"),
    owner: { uid: number("uid"), gid: number("gid") },
    creator: { uid: number("cuid"), gid: number("cgid") },
    mode: number("mode"),
    sequence: fields?.big("perms.seq") ?? 0n,
    label: labels.get(number("sec_ref")),
  };
}

/** Value with which the kernel marks "no user". */
const NOBODY = 0xffff_ffff;

/** Maximum number of processes that are named for each segment. */
const MAX_ATTACHED = 1024;

function listedSegment(
  image: Image,
  { record, following }: IpcMember,
  labels: Labels,
  inodes: ReadonlyMap<number, readonly number[]>,
): SharedMemory {
  const fields = structOf(image, record);
  const inode = fields?.number("objref") ?? 0;
  const locked = fields?.number("mlock_uid") ?? NOBODY;
  const shift = fields?.big("shift") ?? 0n;
  const hugePage = shift > 0n && shift < 64n ? 1n << shift : undefined;
  const pages = following.reduce((sum, node) => sum + pagesIn(image, node), 0);
  return {
    ...objectOf(fields, labels),
    size: fields?.big("shm_segsz") ?? 0n,
    pages,
    present: BigInt(pages) * (hugePage ?? BigInt(image.format.pageSize)),
    attached: (inodes.get(inode) ?? []).slice(0, MAX_ATTACHED),
    attachedCount: inodes.get(inode)?.length ?? 0,
    attachedAt: fields?.big("shm_atim") ?? 0n,
    detachedAt: fields?.big("shm_dtim") ?? 0n,
    changedAt: fields?.big("shm_ctim") ?? 0n,
    creatorPid: fields?.number("shm_cprid") ?? 0,
    lastPid: fields?.number("shm_lprid") ?? 0,
    lockedBy: locked === NOBODY ? undefined : locked,
    flags: bitNames(image.format.abi, "shm_flags", fields?.number("flags") ?? 0),
    inode,
    hugePage,
  };
}

/** Number of pages in a contents rule; for huge pages, of huge pages. */
function pagesIn({ format }: Image, node: TreeNode): number {
  if (node.rule === "huge_pages") return node.all("HPAGE").length;
  if (node.rule !== "contents") return 0;
  let pages = 0;
  for (const child of node.each()) {
    const range = child.rule === undefined && child.label === "page_batch" ? child.record?.payload : undefined;
    if (range) pages += Math.floor((range.end - range.start) / (format.pageSize + format.wordSize));
  }
  return pages;
}

function queueOf(
  image: Image,
  { record, following }: IpcMember,
  labels: Labels,
  options: MessageOptions,
): MessageQueue {
  const fields = structOf(image, record);
  const big = (path: string) => fields?.big(path) ?? 0n;
  return {
    ...objectOf(fields, labels),
    bytes: big("q_cbytes"),
    capacity: big("q_qbytes"),
    count: big("q_qnum"),
    sentAt: big("q_stime"),
    receivedAt: big("q_rtime"),
    changedAt: big("q_ctime"),
    lastSender: fields?.number("q_lspid") ?? 0,
    lastReceiver: fields?.number("q_lrpid") ?? 0,
    ...(options.messages && { messages: messagesOf(image, following, labels, options) }),
  };
}

function semaphoresOf(image: Image, { record, following }: IpcMember, labels: Labels): SemaphoreSet {
  const fields = structOf(image, record);
  const count = fields?.number("sem_nsems") ?? 0;
  const buffer = following.find(({ label }) => label === "semaphores");
  const entries = payloadStructs(image, buffer, "sem");
  return {
    ...objectOf(fields, labels),
    count,
    semaphores: entries.map((entry) => ({ value: entry.number("semval") ?? 0, lastPid: entry.number("sempid") ?? 0 })),
    operatedAt: fields?.big("sem_otime") ?? 0n,
    changedAt: fields?.big("sem_ctime") ?? 0n,
  };
}

/** Inode numbers of the shared segments that are mapped. */
function inodesOf(space: AddressSpace | undefined): Set<number> {
  const inodes = new Set<number>();
  for (const { inodeObjref } of space?.mappings ?? []) inodes.add(inodeObjref);
  return inodes;
}

/** Pids of tasks by inode number of the shared segments that they have mapped. */
function mappedInodes(image: Image, tasks: readonly Task[]): Map<number, number[]> {
  const spaces = new Map<number, Set<number>>();
  const inodes = new Map<number, number[]>();
  for (const task of tasks) {
    const objref = task.objref("mm_objref");
    if (objref === undefined || task.isThread) continue;
    const mapped = spaces.get(objref) ?? inodesOf(addressSpaceOf(image, objref));
    spaces.set(objref, mapped);
    for (const inode of mapped) {
      const pids = inodes.get(inode) ?? [];
      inodes.set(inode, pids);
      pids.push(task.pid);
    }
  }
  inodes.delete(0);
  return inodes;
}

/** Semaphore adjustments to apply when the tasks of a list have ended. */
export interface UndoList {
  readonly objref: number;
  readonly tasks: readonly number[];
  readonly sets: readonly {
    readonly id: number;
    /** One adjustment per semaphore; undefined if the image lacks them. */
    readonly adjustments: readonly number[] | undefined;
  }[];
}

/** The undo lists of tasks; images have them from v23-rc1-a on. */
export function undoListsOf(image: Image, tasks: readonly Task[]): UndoList[] {
  const holders = new Map<number, number[]>();
  for (const task of tasks) {
    const objref = task.objref("sem_undo_objref");
    if (objref === undefined) continue;
    const pids = holders.get(objref) ?? [];
    holders.set(objref, pids);
    pids.push(task.pid);
  }
  return [...image.objects].flatMap(([objref, object]) =>
    object.rule === "SEM_UNDO" ? [{ objref, tasks: holders.get(objref) ?? [], sets: undoneSets(image, object) }] : [],
  );
}

function undoneSets(image: Image, object: TreeNode): UndoList["sets"] {
  const sets: { id: number; adjustments: readonly number[] | undefined }[] = [];
  for (const node of object.each()) {
    if (node.rule !== undefined) continue;
    const last = sets.at(-1);
    if (node.record?.name === "TASK_SEM_UNDO")
      sets.push({ id: structOf(image, node)?.number("semid") ?? 0, adjustments: undefined });
    else if (node.label === "undo_adjustments" && last) last.adjustments = adjustmentsIn(image, node);
  }
  return sets;
}

function adjustmentsIn(image: Image, node: TreeNode): number[] | undefined {
  const range = node.record?.payload;
  if (!range || range.end - range.start > MAX_ARRAY_ELEMENTS) return undefined;
  const payload = image.payload(node);
  return payload.kind === "elements" ? payload.elements.map(Number) : undefined;
}
