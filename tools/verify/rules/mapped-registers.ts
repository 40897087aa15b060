/** Checks that a task continues at a mapped address. Its registers may precede or follow its memory in the image. */
import { hex } from "../../image/hex.js";
import { inspector } from "../inspection.js";
import { MappedRanges } from "../mapped-ranges.js";
import { areCleared, INSTRUCTION_POINTERS, type RegisterValue, registerAt } from "../task-registers.js";
import { userSpaceOf } from "../user-space.js";

/** The instruction pointer of the current task. */
interface Pointer extends RegisterValue {
  readonly field: string;
  /** Offset of the record, in bytes from the start of the image. */
  readonly start: number;
}

export const mappedRegisters = inspector(
  {
    // The stack pointer is not checked: programs may use that register for other purposes.
    "instruction-mapping": ["fatal", "A task continues in one of its mappings."],
  },
  ({ format }, { report }) => {
    const userSpace = userSpaceOf(format);
    const mapped = new MappedRanges();
    let space = 0;
    let pointer: Pointer | undefined;

    return {
      enter: {
        MM: (frame) => mapped.begin(frame.objref ?? 0),
        task() {
          space = 0;
          pointer = undefined;
        },
      },
      records: {
        VMA: (view) => mapped.add(view.big("vm_start") ?? 0n, view.big("vm_end") ?? 0n),
        CPU(view) {
          if (areCleared(view)) return;
          for (const field of INSTRUCTION_POINTERS) {
            const register = registerAt(view, field);
            if (register) pointer = { ...register, field, start: view.offset };
          }
        },
        TASK_OBJS(view) {
          space = view.number("mm_objref") ?? 0;
        },
      },
      leave: {
        task() {
          if (!pointer || mapped.isEmpty(space) || mapped.has(space, pointer.address)) return;
          const { address, value, field, start, offset } = pointer;
          // Addresses outside user space have their own rule, and the page above it needs no mapping.
          if (!userSpace.has(address) || userSpace.isGate(address)) return;
          const expected = `an address in a mapping of MM ${space}`;
          const found = hex(value);
          report("instruction-mapping", { offset: start, name: "CPU" }, { field, at: start + offset, expected, found });
        },
      },
    };
  },
);
