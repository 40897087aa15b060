/** A thread whose registers are converted, and their form. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { core_entrySchema } from "../../../generated/criu/core_pb.js";
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

/** The fields of a core_entry that depend on the architecture. */
export type ThreadInfo = Pick<
  Exclude<MessageInitShape<typeof core_entrySchema>, { $typeName: string }>,
  "threadInfo" | "tiArm" | "tiS390"
>;
