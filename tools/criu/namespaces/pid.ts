/** Pid namespaces within that of the first task: CRIU gives a task one number. */
import type { Passage } from "../passage.js";

export function tellNestedPids({ tasks, account }: Passage): void {
  for (const task of tasks)
    if (task.depth > 0 || task.nested.length > 0)
      account.lost({
        ...{ task, record: "pids", field: "depth", value: task.nested.join(", ") },
        why: "the pid namespaces within that of the first task are not made, so the task has only its number there",
      });
}
