/** Registers of a PowerPC thread. The register sets depend on the kernel and on what the thread has used. */
import type { StructFields } from "../../image/record/struct-fields.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { ElfNote } from "../note.js";
import type { RegisterSource, ThreadRegisters } from "./thread-registers.js";

export function powerpcRegisters(source: RegisterSource): ThreadRegisters {
  const { image, cpu, structs } = source;
  const features = cpu.number("features_used") ?? 0;
  const uses = (name: string) => {
    const bit = image.format.constant(name);
    return !Number.isNaN(bit) && ((features >>> bit) & 1) === 1;
  };
  const { upper, lower } = floats(cpu);
  const notes: ElfNote[] = [];
  const add = (type: string, struct: string, fields: Fields) =>
    notes.push({ type, contents: structs.bytes(struct, fields) });
  if (uses("CKPT_USED_FP")) add("NT_PRFPREG", "elf_fpregset", { fpr: upper, fpscr: cpu.big("fpscr") });
  if (uses("CKPT_USED_ALTIVEC"))
    add("NT_PPC_VMX", "elf_vrregset", {
      vr: cpu.elements("vr").map((one) => ({ u: one.values("u") })),
      vscr: { u: cpu.values("vscr.u") },
      vrsave: BigInt.asUintN(32, cpu.big("vrsave") ?? 0n),
    });
  if (uses("CKPT_USED_VSX") && lower.length > 0) add("NT_PPC_VSX", "elf_vsrregset", { vsr: lower });
  if (uses("CKPT_USED_SPE") && structs.program.bits === 32) {
    const acc = cpu.big("acc") ?? 0n;
    add("NT_PPC_SPE", "elf_evrregset", {
      evr: cpu.values("evr"),
      acc: [acc >> 32n, BigInt.asUintN(32, acc)].map(Number),
      spefscr: cpu.number("spefscr"),
    });
  }
  return { general: general(source), notes };
}

/** Names of the registers that are not numbered, common to the kernel's block and that of a core. */
const SPECIAL = [
  "nip",
  "msr",
  "orig_gpr3",
  "ctr",
  "link",
  "xer",
  "ccr",
  "mq",
  "softe",
  "trap",
  "dar",
  "dsisr",
  "result",
];

/** General registers, in words of the program. */
function general({ cpu, structs }: RegisterSource): Fields {
  const own = (value: number | bigint) => BigInt.asUintN(structs.program.bits, BigInt(value));
  const special = SPECIAL.flatMap((name) => {
    const value = cpu.value(`pt_regs.${name}`);
    return value === undefined ? [] : [[name, own(value)]];
  });
  return { gpr: cpu.values("pt_regs.gpr")?.map(own), ...Object.fromEntries(special) };
}

const COUNT = 32;

/** With vector-scalar registers, each floating point register has a second half. */
function floats(cpu: StructFields): { upper: bigint[]; lower: bigint[] } {
  const all = (cpu.values("fpr") ?? []).map(BigInt);
  const halves = all.length / COUNT;
  return { upper: all.filter((_, i) => i % halves === 0), lower: all.filter((_, i) => i % halves === 1) };
}
