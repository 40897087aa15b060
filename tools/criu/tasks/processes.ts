/** The processes of an image: groups of tasks, in the order in which CRIU makes them, with the numbers that it gives them. */
import type { Task } from "../../model/tasks.js";
import type { Account } from "../account.js";

export interface Process {
  readonly pid: number;
  /** Parent; 0 for the root. */
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** The task whose pid is that of the process. */
  readonly leader: Task;
  /** All threads, the leader first. */
  readonly threads: readonly Task[];
}

/** Largest pid of a 64-bit kernel, PID_MAX_LIMIT. */
const MAX_PID = 4_194_304;

/**
 * The processes, parents before children. What CRIU cannot have is told: threads without the first one of their process, and parents outside of the
 * image. Sessions and process groups outside of the image become those of the root.
 */
export function processesOf(tasks: readonly Task[], account: Account): Process[] {
  const groups = new Map<number, Task[]>();
  for (const task of tasks) {
    const group = groups.get(task.tgid);
    if (group) group.push(task);
    else groups.set(task.tgid, [task]);
  }
  const [root] = tasks;
  if (!root) return [];
  const known = new Set<number>();
  for (const task of tasks) {
    if (known.has(task.pid))
      account.inTheWay({
        ...{ task, record: "pids", field: "vpid", value: task.pid },
        why: "two tasks of the image have the same number",
      });
    known.add(task.pid);
    if (task.pid > MAX_PID)
      account.inTheWay({
        ...{ task, record: "pids", field: "vpid", value: task.pid },
        why: `no kernel has pids beyond ${MAX_PID}`,
      });
    if (task.pid <= 0)
      account.inTheWay({
        ...{ task, record: "pids", field: "vpid", value: task.pid },
        why: "the task has no number in the pid namespace of the first task",
      });
  }
  const processes = [...groups].flatMap(([pid, group]) => {
    const leader = group.find((task) => !task.isThread);
    if (!leader) {
      account.inTheWay({
        task: group[0],
        record: "pids",
        field: "vtgid",
        value: pid,
        why: "the first thread of the process is not in the image, and CRIU makes no process without it",
      });
      return [];
    }
    if (leader.isZombie && group.some((task) => !task.isZombie))
      account.inTheWay({
        task: leader,
        record: "TASK",
        field: "exit_state",
        why: "the first thread has exited before the others, and CRIU does not restore such a process",
      });
    const others = group.filter((task) => task !== leader);
    return [{ leader, threads: [leader, ...others], ...numbersOf(leader, root, known, account) }];
  });
  const sorted = parentsFirst(processes, root.pid);
  for (const process of processes)
    if (!sorted.has(process))
      account.inTheWay({
        ...{ task: process.leader, record: "pids", field: "vppid", value: process.ppid },
        why: "the process does not descend from the first task",
      });
  return [...sorted];
}

function numbersOf(
  task: Task,
  root: Task,
  known: ReadonlySet<number>,
  account: Account,
): Pick<Process, "pid" | "ppid" | "pgid" | "sid"> {
  const { pid } = task;
  for (const [field, number] of [
    ["vsid", task.sid],
    ["vpgid", task.pgid],
  ] as const)
    if (number < 0)
      account.inTheWay({
        ...{ task, record: "pids", field, value: number },
        why: "no session or group has such a number",
      });
  const isOutside = (number: number, ofRoot: number) => number === 0 || (number === ofRoot && !known.has(number));
  const inside = (field: "vsid" | "vpgid", number: number, ofRoot: number) => {
    if (!isOutside(number, ofRoot)) return number;
    account.madeUp({
      task,
      record: "pids",
      field,
      value: number,
      why: `its ${field === "vsid" ? "session" : "process group"} is that of a process outside of the image; it gets that of the first task`,
    });
    return root.pid;
  };
  return {
    pid,
    ppid: parentOf(task, root, known, account),
    sid: inside("vsid", task.sid, root.sid),
    pgid: inside("vpgid", task.pgid, root.pgid),
  };
}

function parentOf(task: Task, root: Task, known: ReadonlySet<number>, account: Account): number {
  if (task === root) return 0;
  if (known.has(task.ppid) && task.ppid !== task.pid) return task.ppid;
  account.madeUp({
    task,
    record: "pids",
    field: "vppid",
    value: task.ppid,
    why: "its parent is not in the image; it becomes a child of the first task",
  });
  return root.pid;
}

/** The processes that descend from the root. A damaged image may have circles, which never end at it. */
function parentsFirst(processes: readonly Process[], root: number): Set<Process> {
  const children = new Map<number, Process[]>();
  for (const process of processes) {
    const siblings = children.get(process.ppid);
    if (siblings) siblings.push(process);
    else children.set(process.ppid, [process]);
  }
  const sorted = new Set(children.get(0)?.filter(({ pid }) => pid === root));
  // A set grows while it is iterated, and has each process once.
  for (const { pid } of sorted) for (const child of children.get(pid) ?? []) sorted.add(child);
  return sorted;
}
