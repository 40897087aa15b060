/** Under whose identity and with which privileges tasks act and files were opened. */
import type { Image } from "../image/image.js";
import { type Credentials, credentialsOf } from "../model/credentials.js";
import { OpenFile } from "../model/files.js";
import { type Labels, labelsOf } from "../model/labels.js";
import { nameOf } from "../model/sharing.js";
import type { Task } from "../model/tasks.js";

export interface TaskCredentials {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether it is a further thread of a process. */
  readonly isThread: boolean;
  readonly zombie: boolean;
  /** With which it acts; undefined where the version saves none, or the image does not have them. */
  readonly subjective: Credentials | undefined;
  /** Which count when others act upon it; mostly the same object. */
  readonly objective: Credentials | undefined;
}

export interface FileCredentials {
  readonly objref: number;
  readonly type: string | undefined;
  readonly path: string | undefined;
  /** Label of the file itself, not of who opened it. */
  readonly label: string | undefined;
  readonly opener: Credentials | undefined;
}

/** In the order of the tasks, each made when it is asked for. */
export function* listTaskCredentials(image: Image, tasks: readonly Task[]): Generator<TaskCredentials, void, void> {
  const read = reader(image, labelsOf(image));
  for (const task of tasks)
    yield {
      ...nameOf(task),
      zombie: task.isZombie,
      subjective: read(task.number("TASK_CREDS", "ecred_ref")),
      objective: read(task.number("TASK_CREDS", "cred_ref")),
    };
}

/** In the order of the image, each made when it is asked for. */
export function* listFileCredentials(image: Image): Generator<FileCredentials, void, void> {
  const labels = labelsOf(image);
  const read = reader(image, labels);
  for (const [objref, object] of image.objects) {
    if (object.rule !== "FILE") continue;
    const file = new OpenFile(image, objref, object);
    const record = object.find("FILE");
    const fields = record && image.fields(record);
    yield {
      objref,
      type: file.typeName,
      path: file.path,
      label: labels.get(fields?.number("f_secref") ?? 0),
      opener: read(fields?.number("f_credref")),
    };
  }
}

/** Reads each object once, since most tasks and files share one. */
function reader(image: Image, labels: Labels): (objref: number | undefined) => Credentials | undefined {
  const known = new Map<number, Credentials | undefined>();
  return (objref) => {
    if (!objref) return undefined;
    if (!known.has(objref)) known.set(objref, credentialsOf(image, objref, labels));
    return known.get(objref);
  };
}
