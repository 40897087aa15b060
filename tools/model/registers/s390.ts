/** Registers of an s390 task. */
import type { Image } from "../../image/image.js";
import { structOf } from "../../image/record/struct-fields.js";
import { outdatedRegisters, WHY_OUTDATED } from "../outdated-registers.js";
import type { Task } from "../tasks.js";
import { float64, numbered, type RegisterGroup, register } from "./register.js";

export function s390Registers(image: Image, task: Task): RegisterGroup[] | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const thread = structOf(image, task.record("THREAD"));
  const outdated = outdatedRegisters(image, task);
  const floats = cpu.elements("fprs").flatMap((one, i) => register(one, "ui", `f${i}`, float64));
  return [
    {
      name: "general",
      registers: [
        ...register(cpu, "psw_t_mask", "pswm"),
        ...register(cpu, "psw_t_addr", "pswa"),
        ...numbered(cpu, "gprs", (i) => `r${i}`),
        ...register(cpu, "orig_gpr2", "orig_r2"),
        ...register(cpu, "svcnr"),
        ...register(cpu, "ilc"),
        ...numbered(cpu, "args", (i) => `args${i}`),
      ],
    },
    {
      name: "access",
      registers: numbered(cpu, "acrs", (i) => `acr${i}`),
      ...(outdated.access && { outdated: WHY_OUTDATED }),
    },
    {
      name: "floating point",
      registers: [...floats, ...register(cpu, "fpc")],
      floating: true,
      ...(outdated.floatingPoint && { outdated: WHY_OUTDATED }),
    },
    {
      name: "event recording",
      registers: [
        ...numbered(cpu, "per_control_regs", (i) => `cr${i + 9}`),
        ...RECORDING.flatMap((path) => register(cpu, path)),
      ],
    },
    {
      name: "thread",
      registers: [
        ...(thread ? register(thread, "thread_info_flags") : []),
        ...register(cpu, "ieee_instruction_pointer"),
      ],
    },
  ];
}

const RECORDING = [
  "starting_addr",
  "ending_addr",
  "address",
  "perc_atmid",
  "access_id",
  "single_step",
  "instruction_fetch",
];
