/** The process tree: the pid array and the pids of nested namespaces. */
import { scalar } from "../../../runtime/scalars.js";
import { type ElementField, elementField } from "../elements.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";

/** Maximum number of tasks on a kernel of any architecture. */
const MAX_TASKS = 1 << 22;

export class PidRules extends inspection({
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
}) {
  private readonly fields = {
    ...{ vpid: this.field("vpid"), vppid: this.field("vppid"), vtgid: this.field("vtgid") },
    ...{ vpgid: this.field("vpgid"), vsid: this.field("vsid"), depth: this.field("depth") },
  };
  private readonly entrySize = this.format.struct("ckpt_task_pids")?.layout.size ?? 0;
  /** Whether the values of the array are numbers of pid objects, which the rules about references check. */
  private readonly areObjects = [...this.format.abi.objects.values()].some(({ name }) => name === "PID");
  private readonly pidLimit = this.format.constant("PID_MAX_LIMIT");
  /** Sum over all tasks. */
  private depths = 0;

  readonly records: RecordHandlers = {
    TREE: (view) => this.noTask(view),
    VPIDS: (view) => {
      if ((view.number("nr_vpids") ?? this.depths) !== this.depths)
        this.wrong("pid-nested", view, "nr_vpids", `${this.depths}, the depths of all tasks together`);
    },
    BUFFER: (view) => {
      if (view.label === "pids") this.checkArray(view);
      if (view.label === "vpids") this.pidNested(view);
    },
  };

  private noTask(view: RecordView): void {
    if ((view.number("nr_tasks") ?? 1) < 1) this.wrong("no-task", view, "nr_tasks", "at least 1");
  }

  private checkArray(view: RecordView): void {
    const { start, end } = view.record.payload;
    const count = Math.floor((end - start) / this.entrySize);
    if (count === 0) return;
    if (count > MAX_TASKS) {
      this.report("too-many-tasks", view, { expected: `at most ${MAX_TASKS} tasks`, found: `${count}` });
      return;
    }
    const leaders = new Map<number, PidArrayEntry>();
    for (let at = start; at + this.entrySize <= end; at += this.entrySize) {
      const entry = this.entryAt(at);
      if (entry.vpid === entry.vtgid) leaders.set(entry.vpid, entry);
    }
    const tree: Tree = { root: this.entryAt(start).vtgid, leaders, seen: new NumberIndex(), sessions: new Map() };
    for (let i = 0; i < count; i++) {
      const at = start + i * this.entrySize;
      const entry = this.entryAt(at);
      this.checkEntry(entry, tree, (rule, name, expected) => {
        const place = { field: `pids[${i}].${name}`, at: at + (this.fields[name]?.offset ?? 0) };
        this.report(rule, view, { ...place, expected, found: `${entry[name]}` });
      });
    }
  }

  private field(path: keyof PidArrayEntry): ElementField | undefined {
    return elementField(this.format, this.source, "ckpt_task_pids", path);
  }

  private entryAt(at: number): PidArrayEntry {
    const read = (name: keyof PidArrayEntry) => this.fields[name]?.read(at) ?? 0;
    return {
      ...{ vpid: read("vpid"), vppid: read("vppid"), vtgid: read("vtgid") },
      ...{ vpgid: read("vpgid"), vsid: read("vsid"), depth: read("depth") },
    };
  }

  private checkEntry(entry: PidArrayEntry, tree: Tree, wrong: Wrong): void {
    pidDepth(entry, wrong);
    this.depths += Math.max(0, entry.depth);
    pidInvalid(entry, this.areObjects, wrong);
    if (!this.areObjects) pidLimit(entry, this.pidLimit, wrong);
    if (entry.vpid > 0) pidRepeated(entry, tree, wrong);
    if (entry.vtgid > 0) {
      pidLeader(entry, tree, wrong);
      pidProcess(entry, tree, wrong);
    }
    pidParent(entry, tree, wrong);
    pidSession(entry, tree, wrong);
  }

  private pidNested(view: RecordView): void {
    const width = scalar(view.step?.entry.contains?.of ?? "");
    const { start, end } = view.record.payload;
    if (!width) return;
    for (let at = start, i = 0; at + width.size <= end; at += width.size, i++) {
      const pid = Number(width.read(this.source.view, this.source.window(at, width.size), this.format.littleEndian));
      if (pid <= 0) this.report("pid-nested", view, { field: `vpids[${i}]`, at, expected: "a pid", found: `${pid}` });
    }
  }
}

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

function pidDepth({ depth }: PidArrayEntry, wrong: Wrong): void {
  if (depth < 0) wrong("pid-depth", "depth", "a number of levels");
}

function pidInvalid(entry: PidArrayEntry, areObjects: boolean, wrong: Wrong): void {
  if (!areObjects) for (const name of RELATIONS) if (entry[name] < 0) wrong("pid-invalid", name, "a pid or 0");
  for (const name of ["vpid", "vtgid"] as const) if (entry[name] <= 0) wrong("pid-invalid", name, "a pid");
}

function pidLimit(entry: PidArrayEntry, limit: number, wrong: Wrong): void {
  for (const name of PIDS) if (entry[name] >= limit) wrong("pid-limit", name, `a pid below ${limit}`);
}

function pidRepeated({ vpid }: PidArrayEntry, { seen }: Tree, wrong: Wrong): void {
  if (!seen.add(vpid)) wrong("pid-repeated", "vpid", "a pid that no other task has");
}

function pidLeader({ vtgid }: PidArrayEntry, { leaders }: Tree, wrong: Wrong): void {
  if (!leaders.has(vtgid)) wrong("pid-leader", "vtgid", "the pid of a task");
}

function pidProcess(entry: PidArrayEntry, { leaders }: Tree, wrong: Wrong): void {
  const { vtgid } = entry;
  const leader = leaders.get(vtgid);
  for (const name of leader ? RELATIONS : [])
    if (entry[name] !== leader?.[name])
      wrong("pid-process", name, `${leader?.[name]} as the first thread of process ${vtgid}`);
}

function pidParent({ vtgid, vppid }: PidArrayEntry, { root, seen }: Tree, wrong: Wrong): void {
  if (vtgid !== root && !seen.has(vppid)) wrong("pid-parent", "vppid", "the pid of a task before this one");
}

function pidSession({ vpid, vtgid, vpgid, vsid }: PidArrayEntry, { sessions }: Tree, wrong: Wrong): void {
  if (vpid === vtgid && vpid === vsid && vpgid !== vpid)
    wrong("pid-session", "vpgid", `${vpid}, as the leader of a session`);
  const session = sessions.get(vpgid) ?? vsid;
  sessions.set(vpgid, session);
  if (vpgid > 0 && session !== vsid)
    wrong("pid-session", "vsid", `${session} as other tasks of the process group ${vpgid}`);
}

/** What is known about all tasks. */
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
