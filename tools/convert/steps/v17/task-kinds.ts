/** v17: exited tasks and threads. Older images have neither. */
import type { ConversionStep } from "../../step.js";

export const exitedTasksAndThreads: ConversionStep = {
  id: "exited-tasks-and-threads",
  title: "exited tasks and threads",
  since: "v17",
  backward: (way) => ({
    records: {
      TASK(record) {
        const state = record.number("exit_state");
        if (state !== 0) way.refuse(record, "exit_state", state, "v16 saves no tasks that have exited");
        return undefined;
      },
      pids(record) {
        let i = 0;
        for (const { vpid, vtgid } of way.items(record, "ckpt_task_pids").each()) {
          if (vpid !== vtgid) way.refuse(record, `pids[${i}].vtgid`, vtgid, "v16 saves no threads");
          i++;
        }
        return undefined;
      },
    },
  }),
};
