/** Registers: segments and flags of x86, sizes of the blocks of PowerPC, and addresses at which tasks continue. */

import { membersOf } from "../../../runtime/index.js";
import { hex } from "../../image/hex.js";
import { elementsOf } from "../elements.js";
import { type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { areCleared, INSTRUCTION_POINTERS, registerAt, STACK_POINTERS } from "../task-registers.js";
import { UserSegments } from "../user-segments.js";
import { userSpaceOf } from "../user-space.js";

const SELECTORS: readonly string[] = ["fsindex", "gsindex", "cs", "ss", "ds", "es"];

/** Flags that an x86 task may have, besides the interrupt flag and bit 1, which it always has. */
const EFLAGS: readonly string[] = ["CF", "PF", "AF", "ZF", "SF", "TF", "DF", "OF", "NT", "AC", "ID", "RF"];

/** Bit of the flags that is 1 on every x86 processor. */
const ALWAYS_SET = 2n;

/** Bits of the high word of a segment descriptor. */
const DESCRIPTOR = { isNoSystemSegment: 0x1000, privilege: 0x6000, isLong: 0x20_0000 } as const;

/** Fields with bases of segments, which the kernel loads into the processor unchanged. */
const BASES: readonly string[] = ["fs", "gs"];

export class RegisterRules extends inspection({
  "segment-code": [
    "refused",
    "Segment selectors are codes for the null selector, a user segment, a TLS slot or an entry of the LDT.",
  ],
  "code-segment": [
    "fatal",
    "The code segment of a task is one for code, and its stack segment is one for data, without which the processor does not return to a program.",
  ],
  "segment-base": ["fatal", "The bases of the segments fs and gs lie in user space."],
  "processor-flags": ["refused", "The flags of a task are those that a program can have, with interrupts enabled."],
  "thread-flags": ["refused", "A thread has no filter of system calls and no ports of its own."],
  "thread-slots": ["refused", "No more slots for thread-local storage are in use than there are."],
  "thread-descriptor": [
    "refused",
    "The segments for thread-local storage are user segments: data or code with privilege level 3, and not 64-bit code.",
  ],
  "ldt-descriptor": [
    "doubtful",
    "The segments of a local descriptor table are user segments: data or code with privilege level 3.",
  ],
  "instruction-address": ["fatal", "A task goes on at an address in user space."],
  "stack-address": ["fatal", "The stack pointer of a task lies in user space."],
  "register-block": ["refused", "The stated sizes of register blocks are those of the layout."],
}) {
  private readonly segments = new UserSegments(this.format);
  private readonly userSpace = userSpaceOf(this.format);
  private readonly barredThreadFlags = ["TIF_SECCOMP", "TIF_IO_BITMAP"].reduce(
    (all, name) => all | bitOf(this.format.constant(name)),
    0n,
  );
  private readonly neededFlags = this.flag("IF") | ALWAYS_SET;
  private readonly allowedFlags = EFLAGS.reduce((all, name) => all | this.flag(name), this.neededFlags);
  /** Number of TLS slots of the current thread. */
  private slots = Number.POSITIVE_INFINITY;

  readonly enter: FrameHandlers = { registers: () => (this.slots = Number.POSITIVE_INFINITY) };
  readonly records: RecordHandlers = {
    THREAD: (view) => {
      this.slots = view.number("gdt_entry_tls_entries") ?? this.slots;
      this.threadSlots(view);
      this.threadFlags(view);
      this.threadDescriptor(view);
    },
    THREAD_TLS: (view) => this.threadDescriptor(view),
    MM_CONTEXT_LDT: (view) => this.ldtDescriptor(view),
    CPU: (view) => this.checkCpu(view),
  };

  private checkCpu(view: RecordView): void {
    const { segments } = this;
    // A task with cleared registers is not meant to continue. Codes of segments are kept.
    const isCleared = areCleared(view);
    if (segments.exist && !(isCleared && segments.areRaw))
      for (const field of SELECTORS) if (this.segmentCode(view, field)) this.codeSegment(view, field);
    if (!isCleared) this.processorFlags(view);
    // An empty stack begins at the end of user space.
    for (const field of INSTRUCTION_POINTERS) this.userAddress("instruction-address", view, field, this.userSpace.has);
    for (const field of STACK_POINTERS) this.userAddress("stack-address", view, field, this.userSpace.hasEnd);
    for (const field of segments.areRaw ? [] : BASES) this.userAddress("segment-base", view, field, this.userSpace.has);
    this.registerBlock(view, "pt_regs_size", "pt_regs");
    this.registerBlock(view, "fpr_size", "fpr");
  }

  /** Checks a selector; the result says whether it refers to a segment. */
  private segmentCode(view: RecordView, field: string): boolean {
    const selector = view.number(field);
    if (selector === undefined) return false;
    const kind = this.segments.kindOf(selector, this.slots);
    const isRight = kind !== undefined && !(kind === "null" && field === "cs");
    if (!isRight) this.wrong("segment-code", view, field, this.segments.selectorsOf(field), hex(selector));
    return isRight;
  }

  private codeSegment(view: RecordView, field: string): void {
    const selector = view.number(field) ?? 0;
    const kind = this.segments.kindOf(selector, this.slots);
    if (field === "cs" && kind === "data") this.wrong("code-segment", view, field, "a segment for code", hex(selector));
    if (field === "ss" && (kind === "code" || kind === "null"))
      this.wrong("code-segment", view, field, "a segment for data", hex(selector));
  }

  private processorFlags(view: RecordView): void {
    const { neededFlags: needed, allowedFlags: allowed } = this;
    const flags = view.big("flags");
    if (flags === undefined || ((flags & needed) === needed && (flags & ~allowed) === 0n)) return;
    const expected = `all bits of ${hex(needed)} and no others than those of ${hex(allowed)}`;
    this.wrong("processor-flags", view, "flags", expected, hex(flags));
  }

  private flag(name: string): bigint {
    return BigInt(this.format.constant(`X86_EFLAGS_${name}`) || 0);
  }

  private threadSlots(view: RecordView): void {
    if ((view.number("ntls") ?? 0) > this.slots) this.wrong("thread-slots", view, "ntls", `at most ${this.slots}`);
  }

  private threadFlags(view: RecordView): void {
    const barred = this.barredThreadFlags;
    const flags = (view.big("thread_info_flags") ?? 0n) & barred;
    if (flags !== 0n) this.wrong("thread-flags", view, "thread_info_flags", `no bit of ${hex(barred)}`, hex(flags));
  }

  private threadDescriptor(view: RecordView): void {
    this.checkDescriptors("thread-descriptor", view, (high) => isUserSegment(high) && (high & DESCRIPTOR.isLong) === 0);
  }

  private ldtDescriptor(view: RecordView): void {
    this.checkDescriptors("ldt-descriptor", view, isUserSegment);
  }

  /** Checks segment descriptors; `isRight` says whether the high word of one is valid. */
  private checkDescriptors(
    rule: "thread-descriptor" | "ldt-descriptor",
    view: RecordView,
    isRight: (high: number) => boolean,
  ): void {
    const { source, format } = this;
    const all = elementsOf(view);
    if (all?.struct.entry.descriptor.key !== "desc_struct") return;
    for (let i = 0; i < all.count; i++) {
      const at = all.start + i * all.size;
      const window = source.window(at, all.size);
      const low = source.view.getUint32(window, format.littleEndian);
      const high = source.view.getUint32(window + 4, format.littleEndian);
      if ((low === 0 && high === 0) || isRight(high)) continue;
      const expected = "a user segment with privilege level 3, or none";
      this.report(rule, view, { field: `${all.name}[${i}].b`, at: at + 4, expected, found: hex(high) });
    }
  }

  private userAddress(
    rule: "instruction-address" | "stack-address" | "segment-base",
    view: RecordView,
    field: string,
    isAddress: (address: bigint) => boolean,
  ): void {
    const register = registerAt(view, field);
    if (register === undefined || isAddress(register.address)) return;
    const at = view.offset + register.offset;
    this.report(rule, view, { field, at, expected: "an address in user space", found: hex(register.value) });
  }

  private registerBlock(view: RecordView, field: string, block: string): void {
    const stated = view.number(field);
    const member = view.struct && membersOf(view.struct).at(block);
    if (stated !== undefined && member && stated !== member.size)
      this.wrong("register-block", view, field, `${member.size}`);
  }
}

/** @param high the high word of a segment descriptor */
function isUserSegment(high: number): boolean {
  const { isNoSystemSegment, privilege } = DESCRIPTOR;
  return (high & isNoSystemSegment) !== 0 && (high & privilege) === privilege;
}

function bitOf(place: number): bigint {
  return Number.isNaN(place) ? 0n : 1n << BigInt(place);
}
