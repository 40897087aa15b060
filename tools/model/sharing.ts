/** Finds the tasks that share an object, so that it is listed once. */
import type { Image } from "../image/image.js";
import type { Task, TaskObjectField } from "./tasks.js";

/** Name of a task in listings. */
export interface TaskName {
  readonly pid: number;
  /** Name of the task; undefined if the image ends before it. */
  readonly name: string | undefined;
  readonly isThread: boolean;
}

export function taskName({ pid, name, isThread }: Task): TaskName {
  return { pid, name, isThread };
}

/** An object with all tasks that use it. */
interface Shared {
  readonly objref: number;
  /** The tasks that share it; empty if the image ends before a task that refers to it. */
  readonly tasks: readonly Task[];
}

/**
 * Objects of the chosen tasks, each once: in the order in which tasks refer to them, then those that no task refers to.
 *
 * @param all tasks of the image, which may use the objects too
 * @param chosen tasks whose objects are returned
 * @param type of the objects, e.g. `MM`
 */
export function sharedObjects(
  image: Image,
  all: readonly Task[],
  chosen: readonly Task[],
  field: TaskObjectField,
  type: string,
): Shared[] {
  const users = new Map<number, Task[]>();
  for (const task of all) {
    const objref = task.objref(field);
    if (objref === undefined) continue;
    const own = users.get(objref);
    if (own) own.push(task);
    else users.set(objref, [task]);
  }
  const wanted = new Set(chosen);
  const named = [...users].flatMap(([objref, tasks]) =>
    tasks.some((task) => wanted.has(task)) ? [{ objref, tasks }] : [],
  );
  return [...named, ...unnamedObjects(image, chosen, type, users)];
}

/** Objects that no task refers to. Objects precede the record that refers to them, so damage in between leaves some of them. */
function unnamedObjects(
  image: Image,
  chosen: readonly Task[],
  type: string,
  users: ReadonlyMap<number, unknown>,
): Shared[] {
  if (image.end === "complete") return [];
  const last = chosen.filter(({ section }) => section).at(-1)?.section;
  const unnamed: Shared[] = [];
  for (const [objref, object] of image.objects)
    if (!users.has(objref) && object.rule === type && last && object.index > last.index && object.index < last.endIndex)
      unnamed.push({ objref, tasks: [] });
  return unnamed;
}
