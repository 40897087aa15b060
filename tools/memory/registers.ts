/** Registers by name, for use in addresses. */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { registersOf } from "../model/task-registers.js";
import type { Task } from "../model/tasks.js";

/** Fields of stack pointer and instruction pointer in the CPU record, by family of architectures. */
const POINTERS: Readonly<Record<string, Readonly<Record<string, readonly [path: string, element?: number]>>>> = {
  x86: { sp: ["sp"], ip: ["ip"] },
  s390: { sp: ["gprs", 15], ip: ["psw_t_addr"] },
  powerpc: { sp: ["pt_regs.gpr", 1], ip: ["pt_regs.nip"] },
  arm: { sp: ["uregs", 13], ip: ["uregs", 15] },
};

/** On 31-bit s390 the highest bit of an instruction address is a mode bit. */
const S390_MODE_BIT = 1n << 31n;

/**
 * Value of a register of a task: `sp` and `ip` (or `pc`) on every architecture, others by their names in debuggers. Undefined if the task has no such
 * register, or the image ends before it.
 */
export function registerOf(image: Image, task: Task, name: string): bigint | undefined {
  const { family, bits } = image.format.abi.target;
  const pointers = POINTERS[family] ?? {};
  const pointer = name === "pc" ? "ip" : name;
  // A user may ask for a name that every object has, such as `constructor`.
  const [path, element] = (Object.hasOwn(pointers, pointer) && pointers[pointer]) || [];
  if (path === undefined)
    return registersOf(image, task)
      .groups?.flatMap(({ registers }) => registers)
      .find((register) => register.name === name)?.value;
  const cpu = structOf(image, task.record("CPU"));
  const value = element === undefined ? cpu?.big(path) : cpu?.values(path)?.[element];
  if (value === undefined) return undefined;
  return family === "s390" && bits === 32 && path === "psw_t_addr" ? BigInt(value) & ~S390_MODE_BIT : BigInt(value);
}
