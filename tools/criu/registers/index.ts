/** Registers of a thread in the form of CRIU, by architecture. */
import { structOf } from "../../image/record/struct-fields.js";
import { programOfTask } from "../../model/program.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";
import { targetOf } from "../target.js";
import { armThread, deadArmThread } from "./arm.js";
import { deadS390Thread, s390Thread } from "./s390.js";
import type { ThreadInfo } from "./thread.js";
import { deadX86Thread, x86Thread } from "./x86.js";

/** The registers of a thread; those of a zombie, which has none, are zero because CRIU requires the fields. */
export function threadInfoOf(passage: Passage, task: Task): ThreadInfo {
  const { image, account } = passage;
  const { family } = image.format.abi.target;
  const clearTidAddr = structOf(image, task.record("TASK"))?.big("clear_child_tid") ?? 0n;
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu || task.isZombie)
    return family === "x86" ? deadX86Thread() : family === "s390" ? deadS390Thread() : deadArmThread();
  const program = programOfTask(image, task);
  const target = targetOf(program);
  if (typeof target === "string") account.inTheWay({ task, record: "CPU", why: target });
  const thread = { passage, task, cpu, clearTidAddr, isCompat: program.bits < passage.target.bits };
  switch (family) {
    case "x86":
      return x86Thread(thread);
    case "s390":
      return s390Thread(thread);
    default:
      return armThread(thread);
  }
}
