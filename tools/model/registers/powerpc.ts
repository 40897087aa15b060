/** Registers of a PowerPC task. The register sets depend on the kernel and on what the task has used. */
import type { Image } from "../../image/image.js";
import { type StructFields, structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../tasks.js";
import { float64, numbered, type Register, type RegisterGroup, register } from "./register.js";

export function powerpcRegisters(image: Image, task: Task): RegisterGroup[] | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const features = cpu.number("features_used") ?? 0;
  const uses = (name: string) => {
    const bit = image.format.constant(name);
    return !Number.isNaN(bit) && ((features >>> bit) & 1) === 1;
  };
  return [
    {
      name: "general",
      registers: [
        ...numbered(cpu, "pt_regs.gpr", (i) => `r${i}`),
        ...Object.entries(SPECIAL).flatMap(([path, name]) => register(cpu, `pt_regs.${path}`, name)),
      ],
    },
    { name: "floating point", registers: uses("CKPT_USED_FP") ? floats(cpu) : [], floating: true },
    { name: "vector", registers: uses("CKPT_USED_ALTIVEC") ? vectors(cpu) : [], floating: true },
    {
      name: "signal processing",
      registers: uses("CKPT_USED_SPE")
        ? [...numbered(cpu, "evr", (i) => `ev${i}h`), ...register(cpu, "acc"), ...register(cpu, "spefscr")]
        : [],
      floating: true,
    },
    { name: "debug", registers: uses("CKPT_USED_DEBUG") ? register(cpu, "dabr") : [] },
  ];
}

/** Register names of debuggers by those of the kernel. */
const SPECIAL = {
  nip: "pc",
  msr: "msr",
  ccr: "cr",
  link: "lr",
  ctr: "ctr",
  xer: "xer",
  mq: "mq",
  softe: "softe",
  orig_gpr3: "orig_r3",
  trap: "trap",
  dar: "dar",
  dsisr: "dsisr",
  result: "result",
} as const;

const REGISTER_COUNT = 32;

/** With vector-scalar registers, each floating point register has a second half. */
function floats(cpu: StructFields): Register[] {
  const halves = (cpu.values("fpr") ?? []).length / REGISTER_COUNT;
  const name = (i: number) => (i % halves === 0 ? `f${i / halves}` : `vs${Math.floor(i / halves)}l`);
  return [...numbered(cpu, "fpr", name, float64), ...register(cpu, "fpscr"), ...register(cpu, "fpexc_mode")];
}

function vectors(cpu: StructFields): Register[] {
  const joined = (name: string, words: readonly (number | bigint)[] = []) => ({
    name,
    value: words.reduce<bigint>((value, word) => (value << 32n) | BigInt(word), 0n),
    bits: words.length * 32,
  });
  return [
    ...cpu.elements("vr").map((one, i) => joined(`vr${i}`, one.values("u"))),
    joined("vscr", cpu.values("vscr.u")),
    ...register(cpu, "vrsave"),
  ];
}
