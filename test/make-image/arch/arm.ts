/** ARM: integer registers and the thread pointer. */
import type { Architecture } from "../architecture.js";
import type { Scene } from "../scene.js";

const SYSCALL_PAUSE = 29;
/** User mode, with the carry flag set. */
const CPSR = 0x2000_0010;
/** ARMv7, in the numbering of the kernel. */
const ARCHITECTURE_V7 = 9;

export function arm(scene: Scene): Architecture {
  const { text, data, stack, shared } = scene.places;
  return {
    header: { fields: { cpu_architecture: ARCHITECTURE_V7, mmu: 1, aeabi: 1 } },
    vdso: false,
    thread: ({ pid }) => ({
      THREAD: { fields: { syscall: SYSCALL_PAUSE, tp_value: data + 0x800 } },
      CPU: {
        fields: {
          uregs: [
            pid,
            1,
            2,
            3,
            4,
            5,
            6,
            SYSCALL_PAUSE,
            8,
            9,
            10,
            11,
            12,
            stack - 0x280,
            text + 0x80,
            text + 0x3e0,
            CPSR,
            pid,
          ],
        },
      },
    }),
    context: () => ({ MM_CONTEXT: { fields: { end_brk: shared } } }),
  };
}
