/** The registers of a task with all that belongs to its thread alone, on every architecture. */
import type { Image } from "../image/image.js";
import { type InterruptedCall, interruptedCallOf } from "./interrupted-call.js";
import { programOfTask } from "./program.js";
import { armState } from "./registers/arm.js";
import { powerpcState } from "./registers/powerpc.js";
import type { RegisterGroup } from "./registers/register.js";
import { s390State } from "./registers/s390.js";
import { type LocalTable, type Segments, x86State } from "./registers/x86.js";
import { type FloatingPoint, floatingPointOf } from "./registers/x86-fpu.js";
import { nameOf } from "./sharing.js";
import { type Activity, activityOf, type SystemCall } from "./system-call.js";
import type { Task } from "./tasks.js";

export interface TaskRegisters {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether it is a further thread of a process. */
  readonly isThread: boolean;
  readonly zombie: boolean;
  /** Width of the program, which can be smaller than that of its kernel. */
  readonly bits: number;
  /** Groups without registers are left out; undefined for zombies and where the image ends before. */
  readonly groups: readonly RegisterGroup[] | undefined;
  /** Of x86. */
  readonly segments?: Segments;
  /** Of x86: how the floating point state is stored; undefined for tasks that never used it. */
  readonly floatingPoint?: Omit<FloatingPoint, "groups">;
  /** Whether it was in a system call; undefined where `groups` is, see {@link Activity}. */
  readonly mode: Activity["mode"] | undefined;
  /** The system call that it was in. */
  readonly call: SystemCall | undefined;
  readonly interrupted: InterruptedCall | undefined;
}

/** In the order of the tasks, each made when it is asked for. */
export function* listRegisters(image: Image, tasks: readonly Task[]): Generator<TaskRegisters, void, void> {
  const tables = new Map<number, LocalTable>();
  for (const task of tasks) yield registersOf(image, task, tables);
}

export function registersOf(image: Image, task: Task, tables = new Map<number, LocalTable>()): TaskRegisters {
  const { family } = image.format.abi.target;
  const activity = activityOf(image, task);
  const common = {
    ...nameOf(task),
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
  const state =
    family === "s390"
      ? s390State(image, task)
      : family === "powerpc"
        ? powerpcState(image, task)
        : armState(image, task);
  return { ...common, groups: state && filled(state.groups) };
}

function filled(groups: readonly RegisterGroup[]): RegisterGroup[] {
  return groups.filter(({ registers }) => registers.length > 0);
}
