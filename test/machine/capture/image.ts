/** Writes an image of a captured tree, in any version for x86_64, as a kernel would. */
import {
  type ComposedRecord,
  compose,
  type Fields,
  ImageWriter,
  MemorySink,
  type Part,
  padded,
  SharedObject,
  structEncoder,
} from "../../../tools/write/index.js";
import { machineOf } from "../../core/circle/registers.js";
import { header, TASK_COMM_LEN } from "../../make-image/header.js";
import { ascending } from "../../make-image/numbers.js";
import { settle } from "../../make-image/options.js";
import { Scene } from "../../make-image/scene.js";
import { addressSpace, Inodes, vectorWords } from "./address-space.js";
import { credentials } from "./credentials.js";
import { OpenFiles } from "./descriptors.js";
import { namespaces } from "./ipc.js";
import { pendingSignals, signalHandlers, signalSet } from "./signals.js";
import { terminals } from "./terminals.js";
import type { Process, Thread, Tree } from "./tree.js";

const REGISTERS =
  "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss fs_base gs_base ds es fs gs".split(" ");
/** The name of the processor mode in which the registers are to be read. */
const ARCH = "x86_64";
const ERESTART_RESTARTBLOCK = (1n << 64n) - 516n;
const SIGCHLD = 17;
/** Exit signal of a thread, which does not notify a parent. */
const NO_SIGNAL = 0xffff_ffff;
const CLOCK_REALTIME = 0;

/** A task with its process, in the order of the pid array. */
interface Task {
  readonly process: Process;
  readonly thread: Thread;
}

/**
 * Makes an image.
 *
 * @param abi version and architecture, such as `v21/x86_64`
 */
export function imageOfTree(tree: Tree, abi: string): Uint8Array {
  const tasks = inOrder(tree.processes, tree.processes[0]);
  const scene = new Scene(settle({ abi, plain: true, tasks: tasks.length }));
  const { firstPid, next } = ascending(scene.hasRecord("PIDS") ? tasks.length : 0);
  const sink = new MemorySink();
  const writer = new ImageWriter(scene.format, sink);
  const image: Part = {
    records: { ...headerFor(scene, tree), ...pidRecords(scene, tasks, firstPid), TAIL: {} },
    rules: { task: taskParts(scene, tree, tasks) },
  };
  compose(writer, image, next);
  writer.flush();
  return sink.bytes;
}

/** A task, the subtrees of its children, the other threads of its process. */
function inOrder(processes: readonly Process[], process: Process | undefined): Task[] {
  if (!process) return [];
  const [first, ...others] = process.threads;
  if (!first) throw new TypeError(`process ${process.pid} has no thread`);
  const children = processes.filter(({ ppid }) => ppid === process.pid);
  return [
    { process, thread: first },
    ...children.flatMap((child) => inOrder(processes, child)),
    ...others.map((thread) => ({ process, thread })),
  ];
}

function headerFor(scene: Scene, { processes }: Tree): Record<string, ComposedRecord> {
  const records = header(scene);
  const words = Math.max(...processes.map(vectorWords));
  const { fields } = records.HEADER ?? {};
  const constants = {
    ...(fields?.constants as Fields),
    at_vector_size: scene.since("v19") ? words : words * scene.format.wordSize,
  };
  return { ...records, HEADER: { fields: { ...fields, constants } } };
}

function pidRecords(scene: Scene, tasks: readonly Task[], firstPid: number): Record<string, ComposedRecord> {
  const encode = structEncoder(scene.format, "ckpt_task_pids");
  const byObject = scene.hasRecord("PIDS");
  const tids = tasks.map(({ thread }) => thread.tid);
  const [root = 0] = tids;
  const number = (pid: number) => (byObject ? (tids.includes(pid) ? firstPid + tids.indexOf(pid) : 0) : pid);
  const entries = tasks.map(({ process, thread }) =>
    encode({
      vpid: number(thread.tid),
      vppid: number(process.pid === root ? (byObject ? 0 : 1) : process.ppid),
      vtgid: number(process.pid),
      vpgid: number(process.pgid),
      vsid: number(process.sid),
      rsid: process.sid,
      depth: 0,
    }),
  );
  return {
    PIDS: {
      fields: { nr_pids: tasks.length, nr_vpids: 0, offset: scene.since("v23-rc2") ? firstPid : firstPid - 1 },
    },
    // Each entry has a depth, which is 0, and a number.
    pid_table: { payload: { of: "s32", elements: tids.flatMap((tid) => [0, tid]) } },
    TREE: { fields: { nr_tasks: tasks.length } },
    pids: { payload: Buffer.concat(entries), sums: { depth: 0 } },
    VPIDS: { fields: { nr_vpids: 0 } },
    vpids: { payload: { of: "s32", elements: [] } },
  };
}

/** What the threads of a process have in common. */
interface Common {
  readonly objects: Fields;
  readonly shared: Readonly<Record<string, ComposedRecord>>;
  readonly cred: SharedObject;
}

function* taskParts(scene: Scene, tree: Tree, tasks: readonly Task[]): Generator<Part> {
  const inodes = new Inodes(scene);
  const files = new OpenFiles(scene, tree, terminals(scene));
  const ns = namespaces(scene, tree, inodes);
  const credOf = credentials();
  const machine = machineOf(scene, false);
  const commons = new Map<Process, Common>();
  for (const { process, thread } of tasks) {
    const common = commons.get(process) ?? {
      objects: {
        files_objref: files.table(process),
        mm_objref: addressSpace(scene, tree, process, inodes),
        fs_objref: fileSystem(process),
        sighand_objref: signalHandlers(scene, process),
        signal_objref: new SharedObject("SIGNAL"),
      },
      shared: {
        SIGNAL: { fields: { rlim: scene.signals.limits, ...timersOf(process) } },
        shared_pending: pendingSignals(scene, process.pending),
      },
      cred: credOf(process),
    };
    commons.set(process, common);
    yield {
      records: {
        TASK: { fields: state(scene, process, thread) },
        task_name: { payload: padded(thread.name, TASK_COMM_LEN) },
        RESTART_BLOCK: { fields: restartBlock(scene, thread) },
        ...machine.registers(
          { arch: ARCH },
          {
            tid: thread.tid,
            registers: registersOf(thread),
            floating: thread.xsave,
            extended: thread.xsave,
            tls: undefined,
            vectors: [],
          },
        ),
        TASK_CREDS: { fields: { cred_ref: common.cred, ecred_ref: common.cred } },
        TASK_NS: { fields: { ns_objref: ns } },
        TASK_OBJS: { fields: common.objects },
        ...common.shared,
        private_pending: pendingSignals(scene, thread.pending),
        SIGNAL_TASK: { fields: { blocked: signalSet(thread.blocked) } },
      },
    };
  }
}

function registersOf({ registers }: Thread): ReadonlyMap<string, bigint> {
  return new Map(REGISTERS.map((name, i) => [name, registers[i] ?? 0n]));
}

function state(scene: Scene, process: Process, { tid, robust, tidAddress, stack }: Thread): Fields {
  return {
    state: scene.constant("TASK_INTERRUPTIBLE"),
    exit_signal: tid === process.pid ? SIGCHLD : NO_SIGNAL,
    task_comm_len: TASK_COMM_LEN,
    set_child_tid: tidAddress,
    clear_child_tid: tidAddress,
    robust_futex_head_len: Number(robust.length),
    robust_futex_list: robust.head,
    sas_ss_sp: stack.address,
    sas_ss_size: stack.size,
  };
}

/** The sleep that goes on after a restart, with nothing left of it. Its registers say where the rest of the time is to be stored. */
function restartBlock(scene: Scene, thread: Thread): Fields {
  const registers = registersOf(thread);
  if (registers.get("ax") !== ERESTART_RESTARTBLOCK)
    return { function_type: scene.constant("CKPT_RESTART_BLOCK_NONE") };
  return {
    function_type: scene.constant("CKPT_RESTART_BLOCK_HRTIMER_NANOSLEEP"),
    arg_0: CLOCK_REALTIME,
    arg_1: registers.get("r10"),
    arg_4: 0,
  };
}

function timersOf({ timers }: Process): Fields {
  const [real, virtual, profiling] = timers;
  return {
    it_real_incr: real?.[0],
    it_real_value: real?.[1],
    it_virt_incr: virtual?.[0],
    it_virt_value: virtual?.[1],
    it_prof_incr: profiling?.[0],
    it_prof_value: profiling?.[1],
  };
}

function fileSystem({ cwd, root, status }: Process): SharedObject {
  const umask = Number.parseInt(status.get("Umask") ?? "022", 8);
  return new SharedObject("FS", () => ({
    records: { FS: { fields: { umask } }, cwd: { payload: padded(cwd) }, root: { payload: padded(root) } },
  }));
}
