/** Resource limits and interval timers of a process. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { task_rlimits_entrySchema } from "../../../generated/criu/core_pb.js";
import type { task_timers_entrySchema } from "../../../generated/criu/timer_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

/** No limit, in words of 64 bits. */
const INFINITY = (1n << 64n) - 1n;

/** The limits in the order of their numbers. A kernel with words of 32 bits has no limit as all ones in these. */
export function resourceLimits(
  { image, account }: Passage,
  task: Task,
): MessageInitShape<typeof task_rlimits_entrySchema> {
  const signal = structOf(image, task.record("SIGNAL"));
  const limits = signal?.elements("rlim") ?? [];
  if (limits.length === 0)
    account.madeUp({
      task,
      record: "SIGNAL",
      field: "rlim",
      why: "the image has no resource limits; those of the restoring process hold",
    });
  const none = (1n << BigInt(image.format.wordSize * 8)) - 1n;
  const wide = (limit = 0n) => (limit === none ? INFINITY : limit);
  return { rlimits: limits.map((one) => ({ cur: wide(one.big("rlim_cur")), max: wide(one.big("rlim_max")) })) };
}

const NS_PER_US = 1000n;
const US_PER_S = 1_000_000n;

/** The interval timers. The image has nanoseconds. */
export function intervalTimers({ image }: Passage, task: Task): MessageInitShape<typeof task_timers_entrySchema> {
  const signal = structOf(image, task.record("SIGNAL"));
  const timer = (name: string) => {
    const interval = (signal?.big(`${name}_incr`) ?? 0n) / NS_PER_US;
    const left = signal?.big(`${name}_value`) ?? 0n;
    // A timer that has less than a microsecond left is not one that is off.
    const value = left > 0n && left < NS_PER_US ? 1n : left / NS_PER_US;
    return { isec: interval / US_PER_S, iusec: interval % US_PER_S, vsec: value / US_PER_S, vusec: value % US_PER_S };
  };
  return { real: timer("it_real"), virt: timer("it_virt"), prof: timer("it_prof") };
}
