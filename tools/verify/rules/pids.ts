/** The process tree: the pid array and the pids of nested namespaces. */
import { scalar } from "../../../runtime/scalars.js";
import { elementField } from "../elements.js";
import { inspector } from "../inspector.js";
import { NumberIndex } from "../number-index.js";
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
  ({ format, source }, report) => {
    const field = (path: string) => elementField(format, source, "ckpt_task_pids", path);
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
          const tasks = view.number("nr_tasks") ?? 1;
          if (tasks < 1) report("no-task", view, { field: "nr_tasks", expected: "at least 1", found: `${tasks}` });
        },
        VPIDS(view) {
          const count = view.number("nr_vpids") ?? depths;
          if (count !== depths)
            report("pid-nested", view, {
              field: "nr_vpids",
              expected: `${depths}, the depths of all tasks together`,
              found: `${count}`,
            });
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
        checkEntry(entryAt(at), tree, (rule, name, expected, found) =>
          report(rule, view, {
            field: `pids[${i}].${name}`,
            at: at + (fields[name]?.offset ?? 0),
            expected,
            found: `${found}`,
          }),
        );
      }
    }

    function entryAt(at: number): PidArrayEntry {
      const read = (name: keyof PidArrayEntry) => fields[name]?.read(at) ?? 0;
      return {
        ...{ vpid: read("vpid"), vppid: read("vppid"), vtgid: read("vtgid") },
        ...{ vpgid: read("vpgid"), vsid: read("vsid"), depth: read("depth") },
      };
    }

    function checkEntry(entry: PidArrayEntry, tree: Tree, tell: Tell): void {
      const { vpid, vtgid, vppid, vpgid, vsid, depth } = entry;
      if (depth < 0) tell("pid-depth", "depth", "a number of levels", depth);
      depths += Math.max(0, depth);
      if (!areObjects)
        for (const name of ["vppid", "vpgid", "vsid"] as const)
          if (entry[name] < 0) tell("pid-invalid", name, "a pid or 0", entry[name]);
      const names = areObjects ? [] : (["vpid", "vppid", "vtgid", "vpgid", "vsid"] as const);
      for (const name of names)
        if (entry[name] >= pidLimit) tell("pid-limit", name, `a pid below ${pidLimit}`, entry[name]);
      if (vpid <= 0) tell("pid-invalid", "vpid", "a pid", vpid);
      else if (!tree.seen.add(vpid)) tell("pid-repeated", "vpid", "a pid that no other task has", vpid);
      if (vtgid <= 0) tell("pid-invalid", "vtgid", "a pid", vtgid);
      else checkLeader(entry, tree, tell);
      if (vtgid !== tree.root && !tree.seen.has(vppid))
        tell("pid-parent", "vppid", "the pid of a task before this one", vppid);
      if (vpid === vtgid && vpid === vsid && vpgid !== vpid)
        tell("pid-session", "vpgid", `${vpid}, as the leader of a session`, vpgid);
      const session = tree.sessions.get(vpgid) ?? vsid;
      tree.sessions.set(vpgid, session);
      if (vpgid > 0 && session !== vsid)
        tell("pid-session", "vsid", `${session} as other tasks of the process group ${vpgid}`, vsid);
    }

    function checkLeader(entry: PidArrayEntry, { leaders }: Tree, tell: Tell): void {
      const { vtgid } = entry;
      const leader = leaders.get(vtgid);
      if (!leader) tell("pid-leader", "vtgid", "the pid of a task", vtgid);
      else
        for (const name of ["vppid", "vpgid", "vsid"] as const)
          if (entry[name] !== leader[name])
            tell("pid-process", name, `${leader[name]} as the first thread of process ${vtgid}`, entry[name]);
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

type Tell = (rule: EntryRule, name: keyof PidArrayEntry, expected: string, found: number) => void;

type EntryRule =
  | "pid-invalid"
  | "pid-limit"
  | "pid-repeated"
  | "pid-leader"
  | "pid-parent"
  | "pid-process"
  | "pid-session"
  | "pid-depth";
