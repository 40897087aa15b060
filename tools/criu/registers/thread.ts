/** A thread whose registers are converted. */
import type { StructFields } from "../../image/record/struct-fields.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

export interface Thread {
  readonly passage: Passage;
  readonly task: Task;
  /** Its CPU record. */
  readonly cpu: StructFields;
  /** Address that the kernel clears when the thread exits; 0 for none. */
  readonly clearTidAddr: bigint;
  /** Whether its program is narrower than the kernel of the restoring machine. */
  readonly isCompat: boolean;
}
