/** The process tree: the pid array and the pids of nested namespaces. */
import { scalar } from "../../../runtime/scalars.js";
import { NumberIndex } from "../../image/number-index.js";
import { elementField } from "../elements.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";

/** Maximum number of tasks on a kernel of any architecture. */
const MOST_TASKS = 1 << 22;

export const pids = inspector(
  {
    "no-task": ["refused", "An image has at least one task."],
    "too-many-tasks": ["refused", "An image has no more tasks than a kernel can have."],
    "pid-invalid": ["refused", "Every task has a pid and a thread group that the root task can see."],
    "pid-limit": ["refused", "Pids are lower than the highest limit that a kernel can have."],
    "pid-repeated": ["refused", "No two tasks have the same pid."],
    "pid-leader": ["doubtful", "The first thread of every process is among the tasks."],
    "pid-parent": ["doubtful", "The parent of every task but those of the root process precedes it."],
    "pid-process": ["doubtful", "The threads of a process have the same parent, process group and session."],
    "pid-session": [
      "doubtful",
      "The leader of a session leads its process group, and a process group lies in one session.",
    ],
    "pid-depth": ["refused", "The depth of a task is not negative."],
    "pid-nested": ["refused", "The pids of nested namespaces are positive and as many as the depths add up to."],
  },
  ({ format, source }, { report, wrong }) => {
    const field = (path: keyof PidArrayEntry) => elementField(format, source, "ckpt_task_pids", path);
    const fields = {
      ...{ vpid: field("vpid"), vppid: field("vppid"), vtgid: field("vtgid") },
      ...{ vpgid: field("vpgid"), vsid: field("vsid"), depth: field("depth") },
    };
    const entrySize = format.struct("ckpt_task_pids")?.layout.size ?? 0;
    /** Whether the values of the array are numbers of pid objects, which the rules about references check. */
    const areObjects = [...format.abi.objects.values()].some(({ name }) => name === "PID");
    const pidLimit = format.constant("PID_MAX_LIMIT");
    /** Sum over all tasks. */
    let depths = 0;

    return {
      records: {
        TREE(view) {
          if ((view.number("nr_tasks") ?? 1) < 1) wrong("no-task", view, "nr_tasks", "at least 1");
        },
        VPIDS(view) {
          if ((view.number("nr_vpids") ?? depths) !== depths)
            wrong("pid-nested", view, "nr_vpids", `${depths}, the depths of all tasks together`);
        },
        BUFFER(view) {
          if (view.label === "pids") checkArray(view);
          if (view.label === "vpids") checkNested(view);
        },
      },
    };

    function checkArray(view: RecordView): void {
      const { start, end } = view.record.payload;
      const count = Math.floor((end - start) / entrySize);
      if (count === 0) return;
      if (count > MOST_TASKS) {
        report("too-many-tasks", view, { expected: `at most ${MOST_TASKS} tasks`, found: `${count}` });
        return;
      }
      const leaders = new Map<number, PidArrayEntry>();
      for (let at = start; at + entrySize <= end; at += entrySize) {
        const entry = entryAt(at);
        if (entry.vpid === entry.vtgid) leaders.set(entry.vpid, entry);
      }
      const tree: Tree = { root: entryAt(start).vtgid, leaders, seen: new NumberIndex(), sessions: new Map() };
      for (let i = 0; i < count; i++) {
        const at = start + i * entrySize;
        const entry = entryAt(at);
        checkEntry(entry, tree, (rule, name, expected) => {
          const place = { field: `pids[${i}].${name}`, at: at + (fields[name]?.offset ?? 0) };
          report(rule, view, { ...place, expected, found: `${entry[name]}` });
        });
      }
    }

    function entryAt(at: number): PidArrayEntry {
      const read = (name: keyof PidArrayEntry) => fields[name]?.read(at) ?? 0;
      return {
        ...{ vpid: read("vpid"), vppid: read("vppid"), vtgid: read("vtgid") },
        ...{ vpgid: read("vpgid"), vsid: read("vsid"), depth: read("depth") },
      };
    }

    function checkEntry(entry: PidArrayEntry, tree: Tree, wrong: Wrong): void {
      checkNumbers(entry, wrong);
      checkPid(entry, tree, wrong);
      if (entry.vtgid <= 0) wrong("pid-invalid", "vtgid", "a pid");
      else checkLeader(entry, tree, wrong);
      checkParent(entry, tree, wrong);
      checkSession(entry, tree, wrong);
    }

    function checkNumbers(entry: PidArrayEntry, wrong: Wrong): void {
      if (entry.depth < 0) wrong("pid-depth", "depth", "a number of levels");
      depths += Math.max(0, entry.depth);
      if (areObjects) return;
      for (const name of RELATIONS) if (entry[name] < 0) wrong("pid-invalid", name, "a pid or 0");
      for (const name of PIDS) if (entry[name] >= pidLimit) wrong("pid-limit", name, `a pid below ${pidLimit}`);
    }

    function checkNested(view: RecordView): void {
      const width = scalar(view.step?.entry.contains?.of ?? "");
      const { start, end } = view.record.payload;
      if (!width) return;
      for (let at = start, i = 0; at + width.size <= end; at += width.size, i++) {
        const pid = Number(width.read(source.view, source.window(at, width.size), format.littleEndian));
        if (pid <= 0) report("pid-nested", view, { field: `vpids[${i}]`, at, expected: "a pid", found: `${pid}` });
      }
    }
  },
);

/** An entry of the pid array: pids, or numbers of pid objects. */
interface PidArrayEntry {
  readonly vpid: number;
  readonly vppid: number;
  readonly vtgid: number;
  readonly vpgid: number;
  readonly vsid: number;
  readonly depth: number;
}

const RELATIONS = ["vppid", "vpgid", "vsid"] as const;

const PIDS = ["vpid", "vppid", "vtgid", "vpgid", "vsid"] as const;

function checkPid({ vpid }: PidArrayEntry, { seen }: Tree, wrong: Wrong): void {
  if (vpid <= 0) wrong("pid-invalid", "vpid", "a pid");
  else if (!seen.add(vpid)) wrong("pid-repeated", "vpid", "a pid that no other task has");
}

function checkLeader(entry: PidArrayEntry, { leaders }: Tree, wrong: Wrong): void {
  const { vtgid } = entry;
  const leader = leaders.get(vtgid);
  if (!leader) wrong("pid-leader", "vtgid", "the pid of a task");
  else
    for (const name of RELATIONS)
      if (entry[name] !== leader[name])
        wrong("pid-process", name, `${leader[name]} as the first thread of process ${vtgid}`);
}

function checkParent({ vtgid, vppid }: PidArrayEntry, { root, seen }: Tree, wrong: Wrong): void {
  if (vtgid !== root && !seen.has(vppid)) wrong("pid-parent", "vppid", "the pid of a task before this one");
}

function checkSession({ vpid, vtgid, vpgid, vsid }: PidArrayEntry, { sessions }: Tree, wrong: Wrong): void {
  if (vpid === vtgid && vpid === vsid && vpgid !== vpid)
    wrong("pid-session", "vpgid", `${vpid}, as the leader of a session`);
  const session = sessions.get(vpgid) ?? vsid;
  sessions.set(vpgid, session);
  if (vpgid > 0 && session !== vsid)
    wrong("pid-session", "vsid", `${session} as other tasks of the process group ${vpgid}`);
}

/** Facts about all tasks. */
interface Tree {
  /** Pid of the process of the root task. */
  readonly root: number;
  /** First threads of all processes, by pid. */
  readonly leaders: ReadonlyMap<number, PidArrayEntry>;
  /** Pids so far. */
  readonly seen: NumberIndex;
  /** Sessions by process group. */
  readonly sessions: Map<number, number>;
}

/** Reports a number of an entry. */
type Wrong = (rule: EntryRule, name: keyof PidArrayEntry, expected: string) => void;

type EntryRule =
  | "pid-invalid"
  | "pid-limit"
  | "pid-repeated"
  | "pid-leader"
  | "pid-parent"
  | "pid-process"
  | "pid-session"
  | "pid-depth";
