/** One task: its state, its registers and the objects that it has or shares. */
import { type Fields, type Part, padded, SharedObject } from "../../tools/write/index.js";
import { TASK_COMM_LEN } from "./header.js";
import { undoList } from "./ipc.js";
import { addressSpace } from "./memory.js";
import { planOf, type TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";
import { blockedSignals, pendingSignals, processSignals, signalHandlers } from "./signals.js";

/** State that the threads of a process share. */
interface Process {
  readonly files: SharedObject;
  readonly mm: SharedObject;
  readonly fs: SharedObject;
  readonly undo: SharedObject | undefined;
  readonly sighand: SharedObject;
  readonly signal: SharedObject;
}

const SIGCHLD = 17;
const SIGKILL = 9;
const FORKED = ["CKPT_PF_FORKNOEXEC"];
const PRIVILEGED = ["CKPT_PF_SUPERPRIV"];
/** Exit signal of a thread, which does not notify a parent. */
const NO_SIGNAL = 0xffff_ffff;

/** The tasks in the order of the pid array, one at a time. */
export function* tasks(scene: Scene): Generator<Part> {
  const processes = new Map<number, Process>();
  for (let index = 0; index < scene.settings.tasks; index++) {
    const plan = planOf(scene.settings, index);
    // Only processes with which later tasks share something are kept.
    const process = processes.get(plan.tgid) ?? processOf(scene, plan, processes);
    if (plan.role === "root" || plan.role === "leader") processes.set(plan.tgid, process);
    yield task(scene, plan, process);
  }
}

function processOf(scene: Scene, plan: TaskPlan, processes: ReadonlyMap<number, Process>): Process {
  const own: Process = {
    files: scene.files.table(plan.role),
    mm: addressSpace(scene, plan),
    fs: fileSystem(),
    undo: plan.role === "root" && !scene.settings.plain ? undoList() : undefined,
    sighand: signalHandlers(scene),
    signal: new SharedObject("SIGNAL"),
  };
  const root = plan.role === "sharer" ? processes.get(plan.sid) : undefined;
  return root ? { ...root, sighand: own.sighand, signal: own.signal } : own;
}

function task(scene: Scene, plan: TaskPlan, process: Process): Part {
  const { identities, namespaces } = scene;
  const exited = plan.role === "zombie";
  const state = {
    TASK: { fields: exited ? zombieState(scene) : liveState(scene, plan) },
    task_name: { payload: padded(plan.name, TASK_COMM_LEN) },
  };
  if (exited) return { records: state };
  const cred = plan.role === "nested" ? identities.nested : identities.user;
  const ecred = plan.role === "leader" ? identities.root : cred;
  const ns = plan.role === "leader" ? namespaces.inner : namespaces.outer;
  return {
    records: {
      ...state,
      RESTART_BLOCK: { fields: restartBlock(scene, plan) },
      ...scene.architecture.thread(plan),
      TASK_CREDS: { fields: { cred_ref: cred, ecred_ref: ecred } },
      TASK_NS: { fields: { ns_objref: ns } },
      TASK_OBJS: {
        fields: {
          files_objref: process.files,
          mm_objref: process.mm,
          fs_objref: process.fs,
          sem_undo_objref: process.undo,
          sighand_objref: process.sighand,
          signal_objref: process.signal,
        },
      },
      ...processSignals(scene, plan),
      private_pending: pendingSignals(scene, plan),
      SIGNAL_TASK: { fields: { blocked: blockedSignals(scene, plan) } },
    },
  };
}

function liveState(scene: Scene, { role }: TaskPlan): Fields {
  const { stack } = scene.places;
  const threadOfProcess = role.endsWith("thread");
  const head = scene.format.wordSize * 3;
  return {
    state: scene.constant(role === "root" ? "TASK_RUNNING" : "TASK_INTERRUPTIBLE"),
    exit_state: 0,
    exit_signal: threadOfProcess ? NO_SIGNAL : SIGCHLD,
    task_comm_len: TASK_COMM_LEN,
    pdeath_signal: role === "leader" ? SIGKILL : 0,
    flags: scene.bits(role === "ordinary" ? FORKED : PRIVILEGED),
    ...(threadOfProcess && {
      set_child_tid: stack - 0x2000,
      clear_child_tid: stack - 0x2000,
      robust_futex_head_len: head,
      robust_futex_list: stack - 0x1000,
      sas_ss_sp: stack - 0x2800,
      sas_ss_size: 0x800,
    }),
  };
}

/** State of a task that called `exit(3)` and whose parent has not waited for it yet. */
function zombieState(scene: Scene): Fields {
  return {
    state: scene.constant("TASK_DEAD"),
    exit_state: scene.constant("EXIT_ZOMBIE"),
    exit_code: 3 << 8,
    exit_signal: SIGCHLD,
  };
}

/** The system call in which a task sleeps, with an hour left if it has a timeout. */
function restartBlock(scene: Scene, { role }: TaskPlan): Fields {
  const { stack, data } = scene.places;
  const left = 3_600_000_000_000;
  const block = (type: string, ...args: number[]): Fields => ({
    function_type: scene.constant(`CKPT_RESTART_BLOCK_${type}`),
    ...Object.fromEntries(args.map((arg, i) => [`arg_${i}`, arg])),
  });
  switch (role) {
    case "leader":
      return block("POLL", stack - 0x400, 2, 1, 0, left);
    case "thread":
      return block("FUTEX", data + 0x10, 1, 0, 0xffff_ffff, 0);
    case "nested":
      return block("POSIX_CPU_NANOSLEEP", 2, stack - 0x400, 0, 0, left);
    case "ordinary":
      return block("HRTIMER_NANOSLEEP", 1, stack - 0x400, 0, 0, left);
    default:
      return block("NONE");
  }
}

/** Directories and file creation mask. */
function fileSystem(): SharedObject {
  return new SharedObject("FS", () => ({
    records: {
      FS: { fields: { umask: 0o022 } },
      cwd: { payload: padded("/srv/jobs") },
      root: { payload: padded("/") },
    },
  }));
}
