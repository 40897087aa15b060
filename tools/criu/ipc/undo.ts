/** Adjustments of semaphores that are due when a process ends: CRIU does not have them. */
import { structOf } from "../../image/record/struct-fields.js";
import type { Passage } from "../passage.js";

export function tellUndoLists({ image, tasks, account }: Passage): void {
  for (const task of tasks) {
    const node = image.object(task.objref("sem_undo_objref"), "SEM_UNDO")?.find("TASK_SEM_UNDO_LIST");
    if (!structOf(image, node)?.number("count")) continue;
    account.lost({
      ...{ task, node, record: "TASK_SEM_UNDO_LIST", field: "count" },
      why: "semaphores keep their values when the task ends: CRIU does not have the adjustments that SEM_UNDO asked for",
    });
  }
}
