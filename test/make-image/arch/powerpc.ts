/** PowerPC: one record with all registers. Only the 64-bit kernel has vector-scalar registers. */
import type { Architecture } from "../architecture.js";
import { memberSize } from "../member-size.js";
import type { TaskPlan } from "../process-tree.js";
import type { Scene } from "../scene.js";

/** User mode with interrupts and floating point; 64-bit mode on the 64-bit machine. */
const MSR = { 32: 0xf932, 64: 0x8000_0000_0000_f932n };

export function powerpc(scene: Scene): Architecture {
  return { header: {}, vdso: true, thread: (plan) => ({ CPU: cpu(scene, plan) }), context: () => ({}) };
}

function cpu(scene: Scene, { pid }: TaskPlan) {
  const { format } = scene;
  const { text, data, stack } = scene.places;
  const wide = format.wordSize === 8;
  const configuration = wide ? "vsx" : undefined;
  const registers = {
    gpr: [29, stack - 0x280, data + 0x1000, 0, pid],
    nip: text + 0x3e0,
    link: text + 0x80,
    trap: 0xc01,
  };
  const parts = ["FP", ...(wide ? ["VSX"] : [])];
  return {
    configuration,
    fields: {
      features_used: parts.reduce((bits, name) => bits + 2 ** scene.constant(`CKPT_USED_${name}`), 0),
      pt_regs_size: memberSize(format, "ckpt_hdr_cpu", "pt_regs"),
      fpr_size: memberSize(format, wide ? "ckpt_hdr_cpu_vsx" : "ckpt_hdr_cpu", "fpr"),
      orig_gpr3: pid,
      pt_regs: { ...registers, msr: wide ? MSR[64] : MSR[32], orig_gpr3: pid },
      fpr: [[0x4009_21fb_5444_2d18n]],
    },
  };
}
