/**
 * Names of objects: by the first role in which they occur, such as `fd 3 of 5`, never by their numbers. Only roles that both images have count, in
 * the same order for both, so that an object shared in the same way has the same name on both sides.
 */
import { openFileOf } from "../model/files.js";
import type { TaskName } from "../model/sharing.js";
import type { Task, TaskObjectField } from "../model/tasks.js";
import { descriptorsOf, pairsOf } from "./file-tables.js";
import { isBoth, type TaskPair } from "./match.js";
import type { Side } from "./side.js";

/** Where two objects were found that are compared. */
export interface ComparedPlace {
  readonly task: TaskName;
  /** In the task, e.g. `fd 9`. */
  readonly name: string;
  /** Set for an object that another one of its kind led to: it is not followed any further. */
  readonly isOtherEnd?: true;
}

/** The first role of each object of a kind. */
export class Roles {
  private readonly first = new Map<number, string>();

  add(objref: number | undefined, role: string): void {
    if (objref && !this.first.has(objref)) this.first.set(objref, role);
  }

  has(objref: number): boolean {
    return this.first.has(objref);
  }

  of(objref: number | undefined): string | undefined {
    return objref ? this.first.get(objref) : undefined;
  }
}

/** Objects that tasks may share besides those of TASK_OBJS. */
export type SharedField = TaskObjectField | "ns_objref" | "userns_ref";

export const SHARED: readonly SharedField[] = [
  "files_objref",
  "mm_objref",
  "fs_objref",
  "sem_undo_objref",
  "sighand_objref",
  "signal_objref",
  "ns_objref",
  "userns_ref",
];

export class Places {
  readonly shared: Readonly<Record<SharedField, Roles>>;
  readonly files = new Roles();
  readonly pipes = new Roles();
  readonly sockets = new Roles();
  readonly terminals = new Roles();

  constructor(readonly side: Side) {
    this.shared = Object.fromEntries(SHARED.map((field) => [field, new Roles()])) as Record<SharedField, Roles>;
  }

  addTask(task: Task, role: string): void {
    for (const field of SHARED) this.shared[field].add(sharedObjref(this.side, task, field), role);
  }

  addFile(objref: number, role: string): void {
    if (this.files.has(objref)) return;
    this.files.add(objref, role);
    const file = openFileOf(this.side.image, objref);
    this.pipes.add(file?.pipe, role);
    this.sockets.add(file?.socket, role);
    this.terminals.add(file?.terminal, role);
  }
}

/** Number of an object that a task may share; undefined if the task has none. */
export function sharedObjref(side: Side, task: Task, field: SharedField): number | undefined {
  if (field === "ns_objref") return side.number(task, field) || undefined;
  return field === "userns_ref" ? side.userNamespaceOf(side.number(task, "cred_ref")) : side.objref(task, field);
}

/** The names of all objects of both images. */
export function namePlaces(a: Side, b: Side, pairs: readonly TaskPair[]): readonly [Places, Places] {
  const places = [new Places(a), new Places(b)] as const;
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (!isBoth(pair)) continue;
    const name = `${pair.a.pid}`;
    places[0].addTask(pair.a, name);
    places[1].addTask(pair.b, name);
    const tables = [a.objref(pair.a, "files_objref"), b.objref(pair.b, "files_objref")] as const;
    const both = tables.join();
    if (seen.has(both)) continue;
    seen.add(both);
    for (const [one, other] of pairsOf(descriptorsOf(a, tables[0]), descriptorsOf(b, tables[1]))) {
      if (!one || !other) continue;
      const [file, second] = [one.fileObjref, other.fileObjref];
      if (places[0].files.has(file) && places[1].files.has(second)) continue;
      const role = `fd ${one.number} of ${name}`;
      places[0].addFile(file, role);
      places[1].addFile(second, role);
    }
  }
  return places;
}
