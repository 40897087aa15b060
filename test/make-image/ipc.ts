/** System V IPC: segments, queues, semaphore sets, and the undo list of a task. */
import { kernelSizes, sizeIn } from "../../tools/image/abi/kernel-sizes.js";
import { type Fields, type Part, SharedObject } from "../../tools/write/index.js";
import { GID, UID } from "./credentials.js";
import { labelled } from "./labels.js";
import { contents, fillPattern, type Pattern } from "./pages.js";
import { rootPid } from "./process-tree.js";
import type { Scene } from "./scene.js";
import { TIME } from "./time.js";

/** A shared memory segment with its inode. Its pages have an owner with a negative number. */
export interface Segment {
  readonly inode: SharedObject;
  readonly owner: number;
  readonly pages: number;
}

export interface Segments {
  /** Anonymous memory that forked tasks share. */
  readonly anonymous: Segment;
  /** System V segment with ordinary pages. */
  readonly shm: Segment;
  /** System V segment with huge pages. */
  readonly huge: Segment;
  /** File that is mapped shared. */
  readonly file: Segment;
}

/** The smallest size of huge pages on any Linux machine, so that images stay small. */
export const HUGE_SHIFT = 16;

const SHM_ID = 32769;
const HUGE_ID = 32770;
const QUEUE_ID = 65536;
const SEM_ID = 98304;
/** Semaphores of the set. */
const SEMAPHORES: readonly (readonly [value: number, adjustment: number])[] = [
  [1, 0],
  [0, 1],
  [7, -2],
];

export function segments(): Segments {
  const segment = (owner: number, pages: number) => ({ inode: new SharedObject("INODE"), owner, pages });
  return { anonymous: segment(-1, 4), shm: segment(-2, 3), huge: segment(-3, 0), file: segment(-4, 2) };
}

/** Limits and objects of an IPC namespace; a plain image has no objects. */
export function ipcNamespace(scene: Scene): Part {
  const { plain } = scene.settings;
  const group = (name: string, members: readonly Part[]): Part => ({
    records: {
      [name]: {
        fields: { ipc_type: scene.format.kind(`IPC_${name.toUpperCase()}`)?.number, ipc_count: members.length },
      },
    },
    rounds: members,
  });
  return {
    records: {
      IPC_NS: {
        fields: {
          shm_ctlmax: 33554432,
          shm_ctlall: 2097152,
          shm_ctlmni: 4096,
          msg_ctlmax: Math.max(8192, 2 * scene.format.pageSize),
          msg_ctlmnb: Math.max(16384, 4 * scene.format.pageSize),
          msg_ctlmni: 1024,
          sem_ctl_msl: 250,
          sem_ctl_mns: 32000,
          sem_ctl_opm: 32,
          sem_ctl_mni: 128,
        },
      },
    },
    rules: {
      shm_segments: group("shm", plain ? [] : shmSegments(scene)),
      msg_queues: group("msg", plain ? [] : [messageQueue(scene)]),
      sem_sets: group("sem", plain ? [] : [semaphoreSet(scene)]),
    },
  };
}

function permissions({ labels }: Scene, id: number, key: number): Fields {
  const owner = { uid: UID, gid: GID, cuid: UID, cgid: GID };
  return { id, key, ...owner, mode: 0o640, seq: id >> 15, sec_ref: labels.ipc?.pointer };
}

function shmSegments(scene: Scene): Part[] {
  const { format, segments, settings, labels } = scene;
  const record = (id: number, key: number, bytes: number, { inode }: Segment, shift: number) => ({
    fields: {
      perms: permissions(scene, id, key),
      shm_segsz: bytes,
      shm_atim: TIME - 60,
      shm_dtim: 0,
      shm_ctim: TIME - 3600,
      shm_cprid: rootPid(settings),
      shm_lprid: rootPid(settings),
      mlock_uid: 0xffff_ffff,
      flags: shift === 0 ? 0 : 0x800,
      objref: inode,
      shift,
    },
  });
  const { shm, huge } = segments;
  const pattern = { seed: settings.seed, owner: shm.owner };
  // The page in the middle was never written.
  const pages = contents(format, { pattern, count: shm.pages - 1, index: (nth) => nth * 2, start: undefined });
  const ordinary = {
    ...pages,
    objects: labelled(labels.ipc),
    records: { IPC_SHM: record(SHM_ID, 0x5348, shm.pages * format.pageSize, shm, 0), ...pages.records },
  };
  if (!scene.hasRecord("HPAGE")) return [ordinary];
  const size = 2 ** HUGE_SHIFT;
  return [
    ordinary,
    {
      objects: labelled(labels.ipc),
      records: { IPC_SHM: record(HUGE_ID, 0, size, huge, HUGE_SHIFT) },
      rules: { huge_pages: { rounds: [hugePage(scene, { index: 0 }, 0, { ...pattern, owner: huge.owner })] } },
    },
  ];
}

/** One huge page, with its bytes in a buffer. */
export function hugePage(scene: Scene, place: Fields, address: number, pattern: Pattern): Part {
  const bytes = new Uint8Array(2 ** HUGE_SHIFT);
  fillPattern(new DataView(bytes.buffer), pattern, address, scene.format.littleEndian);
  return { records: { HPAGE: { fields: { ...place, shift: HUGE_SHIFT } }, huge_page: { payload: bytes } } };
}

function messageQueue(scene: Scene): Part {
  const { labels, settings } = scene;
  const texts = [1, 2, 3].map((type) => ({ type, text: messageText(scene, type) }));
  const bytes = texts.reduce((sum, { text }) => sum + text.length, 0);
  return {
    objects: labelled(labels.ipc),
    records: {
      IPC_MSG: {
        fields: {
          perms: permissions(scene, QUEUE_ID, 0x4d51),
          q_stime: TIME - 30,
          q_rtime: TIME - 45,
          q_ctime: TIME - 3600,
          q_cbytes: bytes,
          q_qnum: texts.length,
          q_qbytes: 16384,
          q_lspid: rootPid(settings),
          q_lrpid: rootPid(settings),
        },
      },
    },
    rules: {
      message: texts.map(({ type, text }) => ({
        objects: labelled(labels.message),
        records: {
          IPC_MSG_MSG: { fields: { m_type: type, m_ts: text.length, sec_ref: labels.message?.pointer } },
          message_text: split(scene, text).map((payload) => ({ payload })),
        },
      })),
    },
  };
}

/** The first message is empty, the second short, the third longer than a page. */
function messageText({ format }: Scene, type: number): Uint8Array {
  const length = [0, 21, format.pageSize + 100][type - 1] ?? 0;
  return Uint8Array.from({ length }, (_, i) => "message ".charCodeAt(i % 8));
}

/** The pieces of a text. Each shares a page with the kernel's bookkeeping: six words for the first, one for the others. */
function split({ format }: Scene, text: Uint8Array): Uint8Array[] {
  const { pageSize, wordSize } = format;
  const pieces = [text.subarray(0, pageSize - 6 * wordSize)];
  for (let at = pageSize - 6 * wordSize; at < text.length; at += pageSize - wordSize)
    pieces.push(text.subarray(at, at + pageSize - wordSize));
  return pieces;
}

function semaphoreSet(scene: Scene): Part {
  const last = rootPid(scene.settings);
  return {
    objects: labelled(scene.labels.ipc),
    records: {
      IPC_SEM: {
        fields: {
          perms: permissions(scene, SEM_ID, 0x5345),
          sem_otime: TIME - 10,
          sem_ctime: TIME - 3600,
          sem_nsems: SEMAPHORES.length,
        },
      },
      semaphores: {
        payload: {
          elements: SEMAPHORES.map(([semval], i) => ({ semval, sempid: last, ...listHead(scene, i) })),
        },
      },
    },
  };
}

/** Address of the first semaphore in kernel memory. */
const KERNEL_MEMORY: Readonly<Record<number, bigint>> = { 4: 0xc78a_9c54n, 8: 0xffff_8800_0f80_5600n };

/** The kernel's bytes after value and pid of a semaphore: the head of an empty list, which points to itself. */
function listHead({ format, settings }: Scene, index: number): { readonly private?: Uint8Array } {
  const { wordSize, littleEndian } = format;
  const size = sizeIn(settings.kernel, kernelSizes(format, "sem") ?? []);
  const fields = format.elementSize("sem") ?? 0;
  if (size === undefined || size === fields) return {};
  const bytes = new Uint8Array(size - fields);
  const view = new DataView(bytes.buffer);
  const address = (KERNEL_MEMORY[wordSize] ?? 0n) + BigInt(index * size + fields);
  for (let at = 0; at < bytes.length; at += wordSize)
    if (wordSize === 8) view.setBigUint64(at, address, littleEndian);
    else view.setUint32(at, Number(address), littleEndian);
  return { private: bytes };
}

/** The undo list: changes to the semaphores when the tasks that share it have ended. */
export function undoList(): SharedObject {
  return new SharedObject("SEM_UNDO", () => ({
    records: { TASK_SEM_UNDO_LIST: { fields: { count: 1 } } },
    rounds: [
      {
        records: {
          TASK_SEM_UNDO: { fields: { semid: SEM_ID, semadj_count: SEMAPHORES.length } },
          undo_adjustments: { payload: { elements: SEMAPHORES.map(([, adjustment]) => adjustment) } },
        },
      },
    ],
  }));
}
