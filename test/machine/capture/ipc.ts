/** System V objects of a captured tree. */

import { kernelSizes, sizeIn } from "../../../tools/image/abi/kernel-sizes.js";
import { type ComposedRecord, type Fields, type Part, padded, SharedObject } from "../../../tools/write/index.js";
import { utsname } from "../../make-image/namespaces.js";
import type { Scene } from "../../make-image/scene.js";
import { contents, type Inodes } from "./address-space.js";
import type { SystemV, Tree } from "./tree.js";

const PAGE = 4096;

/** The namespaces of all processes. */
export function namespaces(scene: Scene, { hostname, ipc }: Tree, inodes: Inodes): SharedObject {
  const length = scene.constant("__NEW_UTS_LEN") + 1;
  const names = {
    UTS_NS: {
      fields: {
        ...{ sysname: "Linux", nodename: hostname, domainname: "(none)", ...utsname(scene) },
        ...{ nodename_len: length, domainname_len: length },
      },
    },
    nodename: { payload: padded(hostname, length) },
    domainname: { payload: padded("(none)", length) },
  };
  const uts = new SharedObject("UTS_NS", () => ({ records: names }));
  const objects = new SharedObject("IPC_NS", () => ipcNamespace(scene, ipc, inodes));
  return new SharedObject("NS", () => ({
    records: { NS: { fields: { uts_objref: uts, ipc_objref: objects, net_objref: 0, flags: 0 } }, ...names },
    rules: { ipc_namespace: ipcNamespace(scene, ipc, inodes) },
  }));
}

/** Limits are the usual ones of Linux. */
const LIMITS = {
  ...{ shm_ctlmax: 33554432, shm_ctlall: 2097152, shm_ctlmni: 4096 },
  ...{ msg_ctlmax: 8192, msg_ctlmnb: 16384, msg_ctlmni: 1024 },
  ...{ sem_ctl_msl: 250, sem_ctl_mns: 32000, sem_ctl_opm: 32, sem_ctl_mni: 128 },
};

function ipcNamespace(scene: Scene, { segments, semaphores, queues }: SystemV, inodes: Inodes): Part {
  const group = (name: string, members: readonly Part[]): Part => ({
    records: {
      [name]: {
        fields: { ipc_type: scene.format.kind(`IPC_${name.toUpperCase()}`)?.number, ipc_count: members.length },
      },
    },
    rounds: members,
  });
  return {
    records: { IPC_NS: { fields: LIMITS } },
    rules: {
      shm_segments: group(
        "shm",
        segments.map((segment) => segmentPart(segment, inodes)),
      ),
      msg_queues: group("msg", queues.map(queuePart)),
      sem_sets: group(
        "sem",
        semaphores.map((set) => setPart(scene, set)),
      ),
    },
  };
}

function permissions(row: Readonly<Record<string, number>>, id: number | undefined): Fields {
  const { key, uid, gid, cuid, cgid, perms } = row;
  return { id: id ?? 0, key: key ?? 0, uid, gid, cuid, cgid, mode: perms, seq: 0 };
}

function segmentPart({ row, bytes }: SystemV["segments"][number], inodes: Inodes): Part {
  const pages = Array.from({ length: Math.ceil(bytes.length / PAGE) }, (_, i) => {
    const page = Buffer.alloc(PAGE);
    bytes.copy(page, 0, i * PAGE);
    return [BigInt(i), page] as const;
  }).filter(([, page]) => page.some((byte) => byte !== 0));
  const record: ComposedRecord = {
    fields: {
      perms: permissions(row, row.shmid),
      shm_segsz: bytes.length,
      ...{ shm_atim: row.atime, shm_dtim: row.dtime, shm_ctim: row.ctime, shm_cprid: row.cpid, shm_lprid: row.lpid },
      ...{ mlock_uid: 0xffff_ffff, flags: 0, shift: 0 },
      objref: inodes.ofSegment(row.shmid ?? 0),
    },
  };
  return { records: { IPC_SHM: record, PGARR: { fields: { nr_pages: pages.length } } }, ...contents(pages) };
}

function queuePart({ row, messages }: SystemV["queues"][number]): Part {
  return {
    records: {
      IPC_MSG: {
        fields: {
          perms: permissions(row, row.msqid),
          ...{ q_stime: row.stime, q_rtime: row.rtime, q_ctime: row.ctime, q_cbytes: row.cbytes, q_qnum: row.qnum },
          ...{ q_qbytes: LIMITS.msg_ctlmnb, q_lspid: row.lspid, q_lrpid: row.lrpid },
        },
      },
    },
    rules: {
      message: messages.map(({ type, text }) => ({
        records: {
          IPC_MSG_MSG: { fields: { m_type: type, m_ts: text.length } },
          message_text: [{ payload: text }],
        },
      })),
    },
  };
}

function setPart({ format, settings }: Scene, { row, values }: SystemV["semaphores"][number]): Part {
  const size = sizeIn(settings.kernel, kernelSizes(format, "sem") ?? []) ?? 0;
  const rest = Math.max(0, size - (format.elementSize("sem") ?? 0));
  return {
    records: {
      IPC_SEM: {
        fields: {
          perms: permissions(row, row.semid),
          ...{ sem_otime: row.otime, sem_ctime: row.ctime, sem_nsems: values.length },
        },
      },
      semaphores: {
        payload: {
          elements: values.map((semval) => ({ semval, sempid: 0, ...(rest > 0 && { private: new Uint8Array(rest) }) })),
        },
      },
    },
  };
}
