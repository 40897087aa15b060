/** The parts of an image that depend on the processor. */
import type { ComposedRecord } from "../../tools/write/index.js";
import { arm } from "./arch/arm.js";
import { powerpc } from "./arch/powerpc.js";
import { s390 } from "./arch/s390.js";
import { x86 } from "./arch/x86.js";
import type { Places } from "./places.js";
import type { TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";

type Records = Readonly<Record<string, ComposedRecord>>;

export interface Architecture {
  /** The record about the machine. */
  readonly header: ComposedRecord;
  /** Whether processes have a vdso. */
  readonly vdso: boolean;
  /** Registers and other state of a task. */
  thread(plan: TaskPlan): Records;
  /** State of an address space. */
  context(places: Places): Records;
}

const FAMILIES: Readonly<Record<string, (scene: Scene) => Architecture>> = { x86, s390, powerpc, arm };

export function architectureOf(scene: Scene): Architecture {
  const { family } = scene.format.abi.target;
  const make = FAMILIES[family];
  if (!make) throw new TypeError(`nothing is known about the registers of ${family}`);
  return make(scene);
}
