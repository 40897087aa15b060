/** The pid array, and the table of pid objects that it refers to in newer images. */
import { type ComposedRecord, type Fields, structEncoder } from "../../tools/write/index.js";
import type { Settings } from "./options.js";
import { planOf, rootPid, type TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";

/** Number of entries that are encoded at once. */
const PIECE = 1024;

/**
 * Records with the pids.
 *
 * @param firstPid number of the pid object of the root task; those of the other tasks follow
 */
export function pidRecords(scene: Scene, firstPid: number): Record<string, ComposedRecord> {
  const { format, settings } = scene;
  const { tasks } = settings;
  const encode = structEncoder(format, "ckpt_task_pids");
  const size = format.elementSize("ckpt_task_pids") ?? 0;
  const nested = nestedPids(settings);
  return {
    PIDS: {
      fields: { nr_pids: tasks, nr_vpids: nested.length, offset: scene.since("v23-rc2") ? firstPid : firstPid - 1 },
    },
    pid_table: {
      payload: {
        length: 8 * tasks + 4 * nested.length,
        pieces: inPieces(settings, (plan) => tableEntry(plan, format.littleEndian)),
      },
    },
    TREE: { fields: { nr_tasks: tasks } },
    pids: {
      payload: {
        length: tasks * size,
        pieces: inPieces(settings, (plan) => encode(arrayEntry(scene, plan, firstPid))),
      },
      sums: { depth: nested.length },
    },
    VPIDS: { fields: { nr_vpids: nested.length } },
    vpids: { payload: { of: "s32", elements: nested } },
  };
}

/** The entries of all tasks, encoded in pieces. */
function* inPieces(settings: Settings, entry: (plan: TaskPlan) => Uint8Array): Generator<Uint8Array> {
  for (let first = 0; first < settings.tasks; first += PIECE) {
    const length = Math.min(PIECE, settings.tasks - first);
    yield Buffer.concat(Array.from({ length }, (_, i) => entry(planOf(settings, first + i))));
  }
}

/** The pids of all tasks, in order, in the namespaces below that of the root task. */
function nestedPids(settings: Settings): number[] {
  const pids: number[] = [];
  for (let index = 0; index < settings.tasks; index++) pids.push(...planOf(settings, index).nested);
  return pids;
}

function arrayEntry(scene: Scene, plan: TaskPlan, firstPid: number): Fields {
  const { settings } = scene;
  const first = rootPid(settings);
  const byObject = scene.hasRecord("PIDS");
  // A pid of no task in the image is from outside, and has no object.
  const number = (pid: number) => (byObject ? (pid < first ? 0 : pid - first + firstPid) : pid);
  return {
    vpid: number(plan.pid),
    vppid: number(plan.ppid),
    vtgid: number(plan.tgid),
    vpgid: number(plan.pgid),
    vsid: number(plan.sid),
    rsid: plan.sid,
    depth: plan.nested.length,
  };
}

/** An entry of the table: a depth, and a number for each namespace, packed. */
function tableEntry({ pid, nested }: TaskPlan, littleEndian: boolean): Uint8Array {
  const words = [nested.length, pid, ...nested];
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => {
    view.setInt32(4 * i, word, littleEndian);
  });
  return new Uint8Array(view.buffer);
}
