/** s390: program status word, general, access and floating point registers. */
import type { Architecture } from "../architecture.js";
import type { TaskPlan } from "../process-tree.js";
import type { Scene } from "../scene.js";

const SYSCALL_PAUSE = 29;
/** Address translation, interrupts and problem state on; 64-bit addressing on the 64-bit machine. */
const PSW_MASK = { 32: 0x070d_0000n, 64: 0x0705_0001_8000_0000n };

export function s390(scene: Scene): Architecture {
  const wide = scene.format.wordSize === 8;
  return {
    header: {},
    vdso: true,
    thread: (plan) => ({
      // The headers of v19-rc3 lack the struct.
      THREAD: scene.format.kind("THREAD")?.opaque ? { payload: new Uint8Array(8) } : {},
      CPU: { fields: cpu(scene, plan) },
    }),
    context: () => ({
      MM_CONTEXT: { fields: { asce_bits: wide ? 0xb : 0x13, asce_limit: wide ? 2 ** 42 : 0x8000_0000 } },
    }),
  };
}

function cpu(scene: Scene, { pid }: TaskPlan) {
  const { text, data, stack } = scene.places;
  return {
    args: [pid],
    gprs: [0, 0, pid, 3, 4, 5, 6, 7, 8, 9, 10, 11, text, data, text + 0x80, stack - 0x280],
    orig_gpr2: pid,
    svcnr: SYSCALL_PAUSE,
    ilc: 2,
    acrs: [Math.floor(data / 2 ** 32), data % 2 ** 32],
    psw_t_mask: PSW_MASK[scene.format.wordSize === 8 ? 64 : 32],
    psw_t_addr: text + 0x3e1 - 1,
    fprs: [{ ui: 0x4009_21fb_5444_2d18n }],
  };
}
