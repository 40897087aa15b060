/** Checks that a task continues at a mapped address. Its registers may precede or follow its memory in the image. */
import { hex } from "../../image/hex.js";
import { type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import { MappedRanges } from "../mapped-ranges.js";
import { areCleared, INSTRUCTION_POINTERS, type RegisterValue, registerAt } from "../task-registers.js";
import { userSpaceOf } from "../user-space.js";

/** The instruction pointer of the current task. */
interface Pointer extends RegisterValue {
  readonly field: string;
  /** Offset of the record, in bytes from the start of the image. */
  readonly start: number;
}

export class MappedRegisterRules extends inspection({
  "instruction-mapping": ["fatal", "A task continues in one of its mappings."],
}) {
  private readonly userSpace = userSpaceOf(this.format);
  private readonly mapped = new MappedRanges();
  private space = 0;
  private pointer: Pointer | undefined;

  readonly enter: FrameHandlers = {
    MM: (frame) => this.mapped.begin(frame.objref ?? 0),
    task: () => {
      this.space = 0;
      this.pointer = undefined;
    },
  };
  readonly records: RecordHandlers = {
    VMA: (view) => this.mapped.add(view.exact("vm_start"), view.exact("vm_end")),
    CPU: (view) => {
      if (areCleared(view)) return;
      for (const field of INSTRUCTION_POINTERS) {
        const register = registerAt(view, field);
        if (register) this.pointer = { ...register, field, start: view.offset };
      }
    },
    TASK_OBJS: (view) => {
      this.space = view.number("mm_objref") ?? 0;
    },
  };
  readonly leave: FrameHandlers = { task: () => this.instructionMapping() };

  // The stack pointer is not checked: programs may use that register for other purposes.
  private instructionMapping(): void {
    const { pointer, mapped, space, userSpace } = this;
    if (!pointer || mapped.isEmpty(space) || mapped.has(space, pointer.address)) return;
    const { address, value, field, start, offset } = pointer;
    // Addresses outside user space have their own rule, and the page above it needs no mapping.
    if (!userSpace.has(address) || userSpace.isGate(address)) return;
    const place = { field, at: start + offset };
    const expected = `an address in a mapping of MM ${space}`;
    this.report("instruction-mapping", { offset: start, name: "CPU" }, { ...place, expected, found: hex(value) });
  }
}
