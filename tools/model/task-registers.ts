/** The registers of a task and the state that belongs to its thread, on every architecture. */
import type { Image } from "../image/image.js";
import { type InterruptedCall, interruptedCallOf } from "./interrupted-call.js";
import { programOfTask } from "./program.js";
import { armRegisters } from "./registers/arm.js";
import { powerpcRegisters } from "./registers/powerpc.js";
import type { RegisterGroup } from "./registers/register.js";
import { s390Registers } from "./registers/s390.js";
import { type LocalTable, type Segments, x86State } from "./registers/x86.js";
import { type FloatingPoint, floatingPointOf } from "./registers/x86-fpu.js";
import { taskName } from "./sharing.js";
import { type Activity, activityOf, type SystemCall } from "./system-call.js";
import type { Task } from "./tasks.js";

export interface TaskRegisters {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether the task is a thread other than the first of its process. */
  readonly isThread: boolean;
  readonly zombie: boolean;
  /** Width of the program in bits, which may be smaller than that of its kernel. */
  readonly bits: number;
  /** Groups of registers, without empty ones; undefined for zombies and if the image ends before them. */
  readonly groups: readonly RegisterGroup[] | undefined;
  /** Segments of an x86 task. */
  readonly segments?: Segments;
  /** Form of the floating point state of an x86 task; undefined if it never used it. */
  readonly floatingPoint?: Omit<FloatingPoint, "groups">;
  /** Whether the task was in a system call; undefined if `groups` is, see {@link Activity}. */
  readonly mode: Activity["mode"] | undefined;
  /** The system call that the task was in. */
  readonly call: SystemCall | undefined;
  readonly interrupted: InterruptedCall | undefined;
}

/** The registers of tasks, in their order. Generated on demand. */
export function* listRegisters(image: Image, tasks: readonly Task[]): Generator<TaskRegisters, void, void> {
  const tables = new Map<number, LocalTable>();
  for (const task of tasks) yield registersOf(image, task, tables);
}

export function registersOf(image: Image, task: Task, tables = new Map<number, LocalTable>()): TaskRegisters {
  const { family } = image.format.abi.target;
  const activity = activityOf(image, task);
  const common = {
    ...taskName(task),
    zombie: task.isZombie,
    bits: programOfTask(image, task).bits,
    mode: activity?.mode,
    call: activity?.call,
    interrupted: interruptedCallOf(image, task),
  };
  if (family === "x86") {
    const state = x86State(image, task, tables);
    const unit = state && floatingPointOf(image, task);
    const { groups = [], ...floatingPoint } = unit ?? {};
    return {
      ...common,
      ...(state && { segments: state.segments }),
      groups: state && filled([...state.groups, ...groups]),
      ...(unit && { floatingPoint: floatingPoint as Omit<FloatingPoint, "groups"> }),
    };
  }
  const groups =
    family === "s390"
      ? s390Registers(image, task)
      : family === "powerpc"
        ? powerpcRegisters(image, task)
        : armRegisters(image, task);
  return { ...common, groups: groups && filled(groups) };
}

function filled(groups: readonly RegisterGroup[]): RegisterGroup[] {
  return groups.filter(({ registers }) => registers.length > 0);
}
