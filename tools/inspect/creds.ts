/** Identity and privileges with which tasks act and files were opened. */
import type { Image } from "../image/image.js";
import { type Credentials, credentialsOf } from "../model/credentials.js";
import { OpenFile } from "../model/files.js";
import { type Labels, labelsOf } from "../model/labels.js";
import { taskName } from "../model/sharing.js";
import type { Task } from "../model/tasks.js";

export interface TaskCredentials {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether the task is a thread other than the first of its process. */
  readonly isThread: boolean;
  readonly zombie: boolean;
  /** Credentials with which the task acts; undefined if the version does not save them or the image lacks them. */
  readonly subjective: Credentials | undefined;
  /** Credentials that count when others act on the task; usually the same object. */
  readonly objective: Credentials | undefined;
}

export interface FileCredentials {
  readonly objref: number;
  readonly type: string | undefined;
  readonly path: string | undefined;
  /** Security label of the open file, not of its opener. */
  readonly label: string | undefined;
  readonly opener: Credentials | undefined;
}

/** Credentials of tasks, in the order of `tasks`. Generated on demand. */
export function* listTaskCredentials(image: Image, tasks: readonly Task[]): Generator<TaskCredentials, void, void> {
  const read = reader(image, labelsOf(image));
  for (const task of tasks)
    yield {
      ...taskName(task),
      zombie: task.isZombie,
      subjective: read(task.number("TASK_CREDS", "ecred_ref")),
      objective: read(task.number("TASK_CREDS", "cred_ref")),
    };
}

/** Credentials of open files, in the order of the image. Generated on demand. */
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

/** Returns a reader that reads each object once, since most tasks and files share one. */
function reader(image: Image, labels: Labels): (objref: number | undefined) => Credentials | undefined {
  const known = new Map<number, Credentials | undefined>();
  return (objref) => {
    if (!objref) return undefined;
    if (!known.has(objref)) known.set(objref, credentialsOf(image, objref, labels));
    return known.get(objref);
  };
}
