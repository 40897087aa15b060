/**
 * Registers whose values in an image are older than the checkpoint. On s390, a task that took the checkpoint itself has its floating point registers
 * as they were saved when it last lost the processor, and before linux-cr v20 also its access registers: the kernel copied the saved state without
 * first storing the processor's (linux-cr v16, patch 43/43; v20, patch 63/96). The kernels of x86 and PowerPC store it first.
 */
import { registry } from "../../generated/codecs/index.js";
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { checkpointCalls } from "./checkpoint-call.js";
import type { Task } from "./tasks.js";

export interface OutdatedRegisters {
  readonly floatingPoint: boolean;
  readonly access: boolean;
}

export function outdatedRegisters(image: Image, task: Task): OutdatedRegisters {
  const { versions } = registry;
  const { family, version } = image.format.abi.target;
  const call = family === "s390" ? structOf(image, task.record("CPU"))?.number("svcnr") : undefined;
  const isOwn = call !== undefined && checkpointCalls("s390x").has(call);
  return { floatingPoint: isOwn, access: isOwn && versions.indexOf(version) < versions.indexOf(FIRST_WITH_ACCESS) };
}

/** Why these registers are outdated, as the end of a sentence. */
export const WHY_OUTDATED =
  "the task took the checkpoint itself, and the kernel wrote what was saved when it last lost the processor";

/** Oldest image version that kernels of linux-cr v20 and later write. */
const FIRST_WITH_ACCESS = "v19";
