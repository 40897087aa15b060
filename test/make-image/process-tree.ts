/**
 * The tasks. Each follows from its index in the pid array, so there can be any number of them. The array is in depth-first order: a task, the
 * subtrees of its children, the other threads of its process.
 */
import type { Settings } from "./options.js";

/** Special properties of a task. */
export type Role =
  | "root"
  /** Leads a process group and has children. */
  | "leader"
  /** The first task of a nested pid namespace. */
  | "nested"
  /** Another thread of the leader's process. */
  | "thread"
  /** A task that has exited. */
  | "zombie"
  /** A process that shares memory and files with the root task. */
  | "sharer"
  | "ordinary"
  /** Another thread of the root task's process. */
  | "root-thread";

export interface TaskPlan {
  readonly index: number;
  readonly role: Role;
  readonly name: string;
  readonly pid: number;
  /** Pid of the parent process; 0 outside a container. */
  readonly ppid: number;
  /** Pid of its process. */
  readonly tgid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Its pids in the namespaces below that of the root task. */
  readonly nested: readonly number[];
}

/** Pid of the root task of a subtree. */
const ROOT_PID = 1000;
/** Pid of the parent of a subtree's root. */
const INIT_PID = 1;

/** The order of the special tasks after the root. */
const ROLES: readonly Role[] = ["root", "leader", "nested", "thread", "zombie", "sharer"];
const NAMES: Readonly<Record<Role, string>> = {
  root: "init",
  leader: "leader",
  nested: "nested-init",
  thread: "leader/1",
  zombie: "zombie",
  sharer: "sharer",
  ordinary: "worker",
  "root-thread": "init/1",
};

export function rootPid({ container }: Settings): number {
  return container ? INIT_PID : ROOT_PID;
}

/** Pid of the special task with a role, if there are enough tasks. */
export function pidOf(settings: Settings, role: Role): number {
  return rootPid(settings) + ROLES.indexOf(role);
}

export function planOf(settings: Settings, index: number): TaskPlan {
  const role = roleOf(settings, index);
  const root = rootPid(settings);
  const pid = root + index;
  const leader = pidOf(settings, "leader");
  const outside = settings.container ? 0 : INIT_PID;
  const common = { index, role, name: NAMES[role], pid, sid: root, nested: [] };
  switch (role) {
    case "root":
      return { ...common, ppid: outside, tgid: pid, pgid: root };
    case "root-thread":
      return { ...common, ppid: outside, tgid: root, pgid: root };
    case "leader":
      return { ...common, ppid: root, tgid: pid, pgid: pid };
    case "thread":
      return { ...common, ppid: root, tgid: leader, pgid: leader };
    case "nested":
      return { ...common, ppid: leader, tgid: pid, pgid: leader, nested: [1] };
    default:
      return { ...common, ppid: root, tgid: pid, pgid: root };
  }
}

function roleOf({ version, tasks, plain }: Settings, index: number): Role {
  if (index === 0) return "root";
  if (plain) return "ordinary";
  const role = ROLES[index] ?? (index === tasks - 1 ? "root-thread" : "ordinary");
  // Images of v16 have neither threads nor exited tasks.
  return version === "v16" && (role === "zombie" || role.includes("thread")) ? "ordinary" : role;
}
