/** Compares System V IPC: limits, segments, message queues and semaphore sets, by the ids that programs use. */

import { hex } from "../image/hex.js";
import { payloadStructs } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type IpcMember, ipcMembersOf } from "../model/ipc-members.js";
import type { TaskName } from "../model/sharing.js";
import { Contents, compareContents } from "./contents.js";
import { changeOf, type Difference, type FieldChange, loneFields } from "./difference.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import { compareRecordFields } from "./record-fields.js";
import { compareSegmentPages } from "./segments.js";
import type { Side } from "./side.js";

/** Groups of objects: rule, record, and name of an object. */
const GROUPS = [
  ["shm_segments", "IPC_SHM", "shm"],
  ["msg_queues", "IPC_MSG", "msg"],
  ["sem_sets", "IPC_SEM", "sem"],
] as const;

/** Not compared: objects are paired by id, and the numbers follow from the messages and semaphores. */
const COUNTS: ReadonlySet<string> = new Set(["perms.id", "q_qnum", "q_cbytes", "sem_nsems"]);

/**
 * Compares two IPC namespaces; yields the differences.
 *
 * @param a number of the namespace in the first image; `b` that in the second
 */
export function* compareIpc(pass: Pass, a: number, b: number, task: TaskName): Generator<Difference, void, void> {
  const [one, other] = [pass.a.ipcNamespaces.get(a)?.rule, pass.b.ipcNamespaces.get(b)?.rule];
  if (!one || !other) return;
  const limits = compareRecordFields(pass, one.find("IPC_NS"), other.find("IPC_NS"), { of: "ipc_ns", except: COUNTS });
  if (limits.length > 0) yield { kind: "ipc", change: "changed", task, what: "limits", fields: limits };
  for (const [group, record, name] of GROUPS) {
    const [members, others] = [ipcMembersOf(one, group, record), ipcMembersOf(other, group, record)];
    for (const [old, current] of pairsOf(keyed(pass.a, members), keyed(pass.b, others))) {
      if (old && current) yield* compareMember(pass, old, current, name, task);
      else if (old && !pass.b.isCut(other)) yield alone("removed", old, name, task);
      else if (current && !pass.a.isCut(one)) yield alone("added", current, name, task);
    }
  }
}

interface Keyed {
  readonly member: IpcMember;
  readonly id: number;
  readonly key: number;
}

function keyed({ image }: Side, members: readonly IpcMember[]): Keyed[] {
  return members.map((member) => {
    const fields = image.fields(member.record);
    return { member, id: fields.number("perms.id") ?? 0, key: fields.number("perms.key") ?? 0 };
  });
}

/** Pairs objects by id, or if there is none with that id, by a key that is not private. */
function pairsOf(a: readonly Keyed[], b: readonly Keyed[]): (readonly [Keyed | undefined, Keyed | undefined])[] {
  const byId = new Map(b.map((one) => [one.id, one]));
  const idsA = new Set(a.map(({ id }) => id));
  const byKey = new Map(b.flatMap((one) => (one.key !== 0 && !idsA.has(one.id) ? [[one.key, one] as const] : [])));
  const taken = new Set<Keyed>();
  const pairs = a.map((one) => {
    const found = byId.get(one.id) ?? (one.key === 0 ? undefined : byKey.get(one.key));
    const other = found && !taken.has(found) ? found : undefined;
    if (other) taken.add(other);
    return [one, other] as const;
  });
  return [...pairs, ...b.flatMap((one) => (taken.has(one) ? [] : [[undefined, one] as const]))];
}

/** Description of an object, e.g. `shm 32769 (key 0x5348)`. */
function nameOf(name: string, { id, key }: Keyed): string {
  return `${name} ${id} (key ${hex(key)})`;
}

function alone(change: "added" | "removed", one: Keyed, name: string, task: TaskName): Difference {
  return { kind: "ipc", change, task, what: nameOf(name, one), fields: loneFields(change, []) };
}

function* compareMember(
  pass: Pass,
  a: Keyed,
  b: Keyed,
  name: string,
  task: TaskName,
): Generator<Difference, void, void> {
  const what = nameOf(name, a);
  const label = (side: Side, { member }: Keyed) =>
    side.labels.get(side.image.fields(member.record).number("perms.sec_ref") ?? 0);
  const fields = [
    ...changeOf("perms.id", `${a.id}`, `${b.id}`),
    ...compareRecordFields(pass, a.member.record, b.member.record, { of: `ipc_${name}`, except: COUNTS }),
    ...changeOf("security", label(pass.a, a), label(pass.b, b)),
    ...(name === "sem" ? semaphores(pass, a, b) : []),
  ];
  if (fields.length > 0) yield { kind: "ipc", change: "changed", task, what, fields };
  if (name === "msg") yield* messages(pass, a, b, what, task);
  if (name === "shm") yield* compareSegmentPages(pass, a.member, b.member, what, task);
}

/** Messages are compared in order: a queue that was read has lost the first ones. */
function* messages(pass: Pass, a: Keyed, b: Keyed, what: string, task: TaskName): Generator<Difference, void, void> {
  const [old, current] = [a, b].map(({ member }) => member.following.filter(({ rule }) => rule === "message")) as [
    TreeNode[],
    TreeNode[],
  ];
  for (let i = 0; i < Math.max(old.length, current.length); i++) {
    const [one, other] = [old[i], current[i]];
    const name = `message ${i} of ${what}`;
    if (one && other) {
      const options = { of: "ipc_msg_msg", except: COUNTS };
      const fields = compareRecordFields(pass, one.find("IPC_MSG_MSG"), other.find("IPC_MSG_MSG"), options);
      const bytes = compareContents(textOf(pass.a, one), textOf(pass.b, other));
      if (fields.length > 0 || bytes) yield { kind: "ipc", change: "changed", task, what: name, fields, bytes };
    } else {
      const side = one ? pass.a : pass.b;
      const head = (one ?? other)?.find("IPC_MSG_MSG");
      const change = one ? "removed" : "added";
      if ((one ? pass.b : pass.a).isCut((one ? b : a).member.record.parent)) continue;
      const fields = head && side.image.fields(head);
      const lone = loneFields(change, [
        ["m_type", `${fields?.big("m_type")}`],
        ["m_ts", `${fields?.number("m_ts")}`],
      ]);
      yield { kind: "ipc", change, task, what: name, fields: lone };
    }
  }
}

/** The pieces of a message. */
function textOf({ image }: Side, message: TreeNode): Contents {
  const pieces = message.all("BUFFER").flatMap(({ record }) => (record ? [record.payload] : []));
  return new Contents(
    image,
    pieces.map(({ start, end }) => ({ offset: start, length: end - start })),
  );
}

function semaphores(pass: Pass, a: Keyed, b: Keyed): FieldChange[] {
  const [one, other] = [semaphoreValues(pass.a, a), semaphoreValues(pass.b, b)];
  return Array.from({ length: Math.max(one.length, other.length) }, (_, i) => [
    ...changeOf(`semval[${i}]`, one[i]?.[0], other[i]?.[0]),
    ...changeOf(`sempid[${i}]`, one[i]?.[1], other[i]?.[1]),
  ]).flat();
}

function semaphoreValues({ image }: Side, { member }: Keyed): [value: string, pid: string][] {
  const buffer = member.following.find(({ label }) => label === "semaphores");
  const entries = payloadStructs(image, buffer, "sem");
  return entries.map((entry) => [`${entry.number("semval")}`, `${entry.number("sempid")}`]);
}

/** Compares the semaphore undo lists of a task, by the id of the set. */
export function* compareUndo(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const task = taskNameOf(tasks);
  const [a, b] = [pass.a.objref(tasks.a, "sem_undo_objref"), pass.b.objref(tasks.b, "sem_undo_objref")];
  if (!a || !b || !pass.isNew("sem_undo", a, b, task)) return;
  const [one, other] = [setsOf(pass.a, a), setsOf(pass.b, b)];
  const fields = [...new Set([...one.keys(), ...other.keys()])].flatMap((id) =>
    changeOf(`sem ${id}`, one.get(id), other.get(id)),
  );
  if (fields.length > 0) yield { kind: "ipc", change: "changed", task, what: "undo list", fields };
}

function setsOf({ undoLists }: Side, objref: number): Map<number, string> {
  return new Map((undoLists.get(objref)?.sets ?? []).map(({ id, adjustments }) => [id, adjustments?.join(" ") ?? ""]));
}
