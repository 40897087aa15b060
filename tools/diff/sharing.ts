/** Compares which objects tasks share: threads of one process, processes with one address space, one set of namespaces. */
import type { Task } from "../model/tasks.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import { type Places, SHARED, type SharedField, sharedObjref } from "./places.js";
import { isUnread } from "./task.js";

/** Names of the fields, and the objects that a version must save for the comparison. */
const NAMES: Readonly<Record<SharedField, { readonly name: string; readonly object: string }>> = {
  files_objref: { name: "files", object: "FILE_TABLE" },
  mm_objref: { name: "mm", object: "MM" },
  fs_objref: { name: "fs", object: "FS" },
  sem_undo_objref: { name: "sem_undo", object: "SEM_UNDO" },
  sighand_objref: { name: "sighand", object: "SIGHAND" },
  signal_objref: { name: "signal", object: "SIGNAL" },
  ns_objref: { name: "ns", object: "NS" },
  userns_ref: { name: "user_ns", object: "USER_NS" },
};

export function* compareSharing(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  if (pass.a.isZombie(tasks.a) || pass.b.isZombie(tasks.b)) return;
  const fields = SHARED.flatMap((field) => compareOne(pass, tasks, field));
  if (fields.length > 0) yield { kind: "sharing", change: "changed", task: taskNameOf(tasks), what: "", fields };
}

function compareOne(pass: Pass, { a, b }: BothTasks, field: SharedField): FieldChange[] {
  const { name, object } = NAMES[field];
  const lacking = [pass.a, pass.b].filter((side) => !side.hasObject(object));
  for (const side of lacking) pass.unknown.add(side.name, name);
  if (lacking.length > 0) return [];
  const [one, other] = pass.setting.places;
  const [roleA, roleB] = [roleOf(one, a, field), roleOf(other, b, field)];
  if (roleA === roleB) return [];
  const [old, current] = [textOf(roleA, a.pid), textOf(roleB, a.pid)];
  if ((old === undefined && isUnread(pass.a, a)) || (current === undefined && isUnread(pass.b, b))) return [];
  return changeOf(name, old ?? "none", current ?? "none");
}

/** The first task that shares the object. */
function roleOf(places: Places, task: Task, field: SharedField): string | undefined {
  return places.shared[field].of(sharedObjref(places.side, task, field));
}

/** `its own`, or the first task that shares the object. */
function textOf(first: string | undefined, pid: number): string | undefined {
  if (first === undefined) return undefined;
  return first === `${pid}` ? "its own" : `that of ${first}`;
}
