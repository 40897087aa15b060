/** fs-PID.img: working directory, root directory and umask of a process. */
import { fs_entrySchema } from "../../../generated/criu/fs_pb.js";
import { recordText } from "../../model/record-text.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

/** What most programs have. */
const USUAL_UMASK = 0o022;

export function addDirectories({ image, account, dump, files }: Passage, task: Task): void {
  const object = image.object(task.objref("fs_objref"), "FS");
  const path = (label: string) => recordText(image, object?.find("FILE_NAME", label));
  const record = object?.find("FS");
  const umask = record && image.fields(record).number("umask");
  if (!object)
    account.madeUp({
      task,
      record: "FS",
      value: "/",
      why: "the image has no working and no root directory; both are /",
    });
  if (umask === undefined)
    account.madeUp({
      task,
      node: record,
      record: "FS",
      field: "umask",
      value: `0${USUAL_UMASK.toString(8)}`,
      why: "the image has no umask; most programs have 022",
    });
  dump.add(`fs-${task.pid}`, "fs", fs_entrySchema, {
    cwdId: files.directory(path("cwd") ?? "/"),
    rootId: files.directory(path("root") ?? "/"),
    umask: umask ?? USUAL_UMASK,
  });
}
