/** v23-rc1-a: undo operations of tasks on semaphores. Older images omit them. */
import type { ConversionStep } from "../../step.js";

export const semaphoreUndo: ConversionStep = {
  id: "semaphore-undo",
  title: "lists of semaphore changes to undo",
  since: "v23-rc1-a",
  backward: (way) => ({
    objects: {
      SEM_UNDO(group) {
        way.worked();
        return way.drop(group, "older images do not have what is to be undone to semaphores");
      },
    },
  }),
};
