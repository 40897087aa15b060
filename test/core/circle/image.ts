/** Writes an image of a captured process, in any version, as a kernel would. */

import {
  type ComposedRecord,
  compose,
  type Fields,
  ImageWriter,
  MemorySink,
  type Part,
  padded,
  SharedObject,
} from "../../../tools/write/index.js";
import { header, TASK_COMM_LEN } from "../../make-image/header.js";
import { ascending } from "../../make-image/numbers.js";
import { settle } from "../../make-image/options.js";
import type { TaskPlan } from "../../make-image/process-tree.js";
import { Scene } from "../../make-image/scene.js";
import { blockedSignals, processSignals, signalHandlers, sigset } from "../../make-image/signals.js";
import { addressSpace, auxvWords } from "./memory.js";
import { pidRecords } from "./pids.js";
import type { Process, Thread } from "./process.js";
import { type Machine, machineOf } from "./registers.js";

export interface ImageOptions {
  /** ABI of the image: `version/arch` */
  readonly abi: string;
  /** Whether the x86 machine has AVX. */
  readonly xsave?: boolean;
}

export function imageOf(process: Process, { abi, xsave = false }: ImageOptions): Uint8Array {
  const scene = new Scene(settle({ abi, plain: true, tasks: 1, pageSize: process.pageSize }));
  // Images of v16 have no threads.
  const threads = scene.hasRecord("SIGHAND") || scene.since("v17") ? process.threads : process.threads.slice(0, 1);
  const machine = machineOf(scene, xsave);
  const { firstPid, next } = ascending(scene.hasRecord("PIDS") ? threads.length : 0);
  const sink = new MemorySink();
  const writer = new ImageWriter(scene.format, sink);
  const image: Part = {
    records: { ...headerFor(scene, process, machine), ...pidRecords(scene, threads, firstPid), TAIL: {} },
    rules: { task: tasks(scene, process, threads, machine) },
  };
  compose(writer, image, next);
  writer.flush();
  return sink.bytes;
}

/** The AT vector of the process is longer than that of Linux 2.6.30 to 3.0. */
function headerFor(scene: Scene, { auxv }: Process, machine: Machine): Record<string, ComposedRecord> {
  const records = header(scene);
  const words = auxvWords(auxv);
  const { fields } = records.HEADER ?? {};
  const constants = {
    ...(fields?.constants as Fields),
    at_vector_size: scene.since("v19") ? words : words * scene.format.wordSize,
  };
  return {
    ...records,
    HEADER: { fields: { ...fields, constants } },
    HEADER_ARCH: { fields: { ...records.HEADER_ARCH?.fields, ...machine.header } },
  };
}

function* tasks(scene: Scene, process: Process, threads: readonly Thread[], machine: Machine): Generator<Part> {
  const first = threads[0]?.tid ?? 0;
  const plan = planFor(process, first);
  const { identities, namespaces } = scene;
  const objects = {
    files_objref: scene.files.table("ordinary"),
    mm_objref: addressSpace(scene, process),
    fs_objref: fileSystem(),
    sighand_objref: signalHandlers(scene),
    signal_objref: new SharedObject("SIGNAL"),
  };
  for (const thread of threads)
    yield {
      records: {
        TASK: {
          fields: {
            state: scene.constant("TASK_RUNNING"),
            exit_signal: thread.tid === first ? 17 : 0xffff_ffff,
            task_comm_len: TASK_COMM_LEN,
          },
        },
        task_name: { payload: padded(process.name, TASK_COMM_LEN) },
        RESTART_BLOCK: { fields: { function_type: scene.constant("CKPT_RESTART_BLOCK_NONE") } },
        ...scene.architecture.thread(plan),
        ...machine.registers(process, thread),
        TASK_CREDS: { fields: { cred_ref: identities.user, ecred_ref: identities.user } },
        TASK_NS: { fields: { ns_objref: namespaces.outer } },
        TASK_OBJS: { fields: objects },
        ...processSignals(scene, plan),
        private_pending: thread.tid === first ? pending(scene, process.signal) : pending(scene, undefined),
        SIGNAL_TASK: { fields: { blocked: blockedSignals(scene, plan) } },
      },
    };
}

function planFor({ name }: Process, pid: number): TaskPlan {
  return { index: 0, role: "ordinary", name, pid, ppid: 1, tgid: pid, pgid: 0, sid: 0, nested: [] };
}

function fileSystem(): SharedObject {
  return new SharedObject("FS", () => ({
    records: { FS: { fields: { umask: 0o022 } }, cwd: { payload: padded("/") }, root: { payload: padded("/") } },
  }));
}

/** `si_code` for an address that is not mapped, with the kernel's class of a fault in the upper bits. */
const SEGV_MAPERR = 0x3_0001;

/** The signal of a fault, sent to the thread and not yet delivered. */
function pending(scene: Scene, signal: Process["signal"] | undefined): ComposedRecord {
  if (!signal) return { fields: { nr_pending: 0, signal: sigset(scene) }, tail: [] };
  const { number, address } = signal;
  return {
    fields: { nr_pending: 1, signal: sigset(scene, number) },
    tail: [{ csi_signo: number, csi_code: SEGV_MAPERR, sigval_ptr: address, csi_addr: address }],
  };
}
