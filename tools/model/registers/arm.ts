/** Registers of an ARM task. The format has no known record for the floating point unit. */
import type { Image } from "../../image/image.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../tasks.js";
import { numbered, type RegisterGroup, register } from "./register.js";

/** Names of the last registers; the others are numbered. */
const NAMES: Readonly<Record<number, string>> = {
  11: "fp",
  12: "ip",
  13: "sp",
  14: "lr",
  15: "pc",
  16: "cpsr",
  17: "orig_r0",
};

export function armRegisters(image: Image, task: Task): RegisterGroup[] | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const thread = structOf(image, task.record("THREAD"));
  return [
    { name: "general", registers: numbered(cpu, "uregs", (i) => NAMES[i] ?? `r${i}`) },
    {
      name: "thread",
      registers: thread ? ["tp_value", "thumbee_state", "syscall"].flatMap((path) => register(thread, path)) : [],
    },
  ];
}
