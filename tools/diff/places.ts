/**
 * Names of objects: by the first role in which they occur, such as `fd 3 of 5`, never by their numbers. Only roles that both images have count, in
 * the same order for both, so that an object shared in the same way has the same name on both sides.
 */
import { fileTableOf, openFileOf } from "../model/files.js";
import type { TaskName } from "../model/sharing.js";
import type { Task, TaskObjectField } from "../model/tasks.js";
import { isBoth, type TaskPair } from "./match.js";
import type { Side } from "./side.js";

/** Where two objects were found that are compared. */
export interface Role {
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
    this.files.add(objref, role);
    const file = openFileOf(this.side.image, objref);
    this.pipes.add(file?.pipe, role);
    this.sockets.add(file?.socket, role);
    this.terminals.add(file?.terminal, role);
  }
}

/** Number of an object that a task may share; undefined if the task has none. */
export function sharedObjref({ image }: Side, task: Task, field: SharedField): number | undefined {
  if (field === "ns_objref") return task.number("TASK_NS", field) || undefined;
  if (field !== "userns_ref") return task.objref(field);
  const number = (objref: number | undefined, type: string, path: string) => {
    const record = image.object(objref, type)?.find(type);
    return record && image.fields(record).number(path);
  };
  const user = number(task.number("TASK_CREDS", "cred_ref"), "CRED", "user_ref");
  return number(user, "USER", "userns_ref") || undefined;
}

/** The names of all objects of both images. */
export function namePlaces(a: Side, b: Side, pairs: readonly TaskPair[]): readonly [Places, Places] {
  const places = [new Places(a), new Places(b)] as const;
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (!isBoth(pair)) continue;
    places[0].addTask(pair.a, `${pair.a.pid}`);
    places[1].addTask(pair.b, `${pair.a.pid}`);
    const tables = [pair.a.objref("files_objref"), pair.b.objref("files_objref")] as const;
    if (seen.has(tables.join())) continue;
    seen.add(tables.join());
    const [first, second] = [filesOf(a, tables[0]), filesOf(b, tables[1])];
    for (const number of [...first.keys()].sort((x, y) => x - y)) {
      const [file, other] = [first.get(number), second.get(number)];
      if (file === undefined || other === undefined) continue;
      const role = `fd ${number} of ${pair.a.pid}`;
      places[0].addFile(file, role);
      places[1].addFile(other, role);
    }
  }
  return places;
}

/** Numbers of open files by descriptor. */
function filesOf({ image }: Side, table: number | undefined): Map<number, number> {
  const descriptors = [...(fileTableOf(image, table)?.descriptors() ?? [])];
  return new Map(descriptors.map(({ number, fileObjref }) => [number, fileObjref]));
}
