/** Registers: segments and flags of x86, sizes of the blocks of PowerPC, and addresses at which tasks continue. */

import { membersOf } from "../../../runtime/index.js";
import { hex } from "../../image/hex.js";
import { elementsOf } from "../elements.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { areCleared, INSTRUCTION_POINTERS, registerAt, STACK_POINTERS } from "../task-registers.js";
import { userSpaceOf } from "../user-space.js";

const SELECTORS: readonly string[] = ["fsindex", "gsindex", "cs", "ss", "ds", "es"];

/** Flags that an x86 task may have, besides the interrupt flag and bit 1, which it always has. */
const EFLAGS: readonly string[] = ["CF", "PF", "AF", "ZF", "SF", "TF", "DF", "OF", "NT", "AC", "ID", "RF"];

/** Bytes of a segment descriptor; selectors count in these units. */
const SELECTOR_SIZE = 8;

/** Low bits of the selectors of programs: privilege level 3; `IN_LDT` selects the local descriptor table. */
const USER_LEVEL = 3;
const IN_LDT = 4;

/** Kind of segment that a selector refers to; `own` is a segment that the program described itself. */
type Segment = "null" | "code" | "data" | "own";

/** Places of the user segments in the table of descriptors, and their codes. */
const RAW_SEGMENTS: readonly (readonly [constant: string, kind: Segment])[] = [
  ["GDT_ENTRY_DEFAULT_USER32_CS", "code"],
  ["GDT_ENTRY_DEFAULT_USER32_DS", "data"],
];
const CODED_SEGMENTS: typeof RAW_SEGMENTS = [
  ["CKPT_X86_SEG_USER32_CS", "code"],
  ["CKPT_X86_SEG_USER32_DS", "data"],
  ["CKPT_X86_SEG_USER64_CS", "code"],
  ["CKPT_X86_SEG_USER64_DS", "data"],
];

/** Bit of the flags that is 1 on every x86 processor. */
const ALWAYS_SET = 2n;

/** Bits of the high word of a segment descriptor. */
const DESCRIPTOR = { isNoSystemSegment: 0x1000, privilege: 0x6000, isLong: 0x20_0000 } as const;

/** Fields with bases of segments, which the kernel loads into the processor unchanged. */
const BASES: readonly string[] = ["fs", "gs"];

type AddressRule = "instruction-address" | "stack-address" | "segment-base";

export const registers = inspector(
  {
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
  },
  ({ format, source }, { report, wrong }) => {
    const tls = format.constant("CKPT_X86_SEG_TLS");
    const ldt = format.constant("CKPT_X86_SEG_LDT");
    /** Whether selectors are stored as in the processor; later versions store codes. */
    const isRaw = Number.isNaN(tls);
    const kinds = segmentKinds();
    const userSpace = userSpaceOf(format);
    const isX86 = kinds.size > 0;
    const barred = ["TIF_SECCOMP", "TIF_IO_BITMAP"].reduce((all, name) => all | bitOf(format.constant(name)), 0n);
    const flag = (name: string) => BigInt(format.constant(`X86_EFLAGS_${name}`) || 0);
    const needed = flag("IF") | ALWAYS_SET;
    const allowed = EFLAGS.reduce((all, name) => all | flag(name), needed);
    /** Number of TLS slots of the current thread. */
    let slots = Number.POSITIVE_INFINITY;

    return {
      enter: { registers: () => (slots = Number.POSITIVE_INFINITY) },
      records: {
        THREAD(view) {
          slots = view.number("gdt_entry_tls_entries") ?? slots;
          if ((view.number("ntls") ?? 0) > slots) wrong("thread-slots", view, "ntls", `at most ${slots}`);
          const flags = (view.big("thread_info_flags") ?? 0n) & barred;
          if (flags !== 0n) wrong("thread-flags", view, "thread_info_flags", `no bit of ${hex(barred)}`, hex(flags));
          checkDescriptors(view, "thread-descriptor");
        },
        THREAD_TLS: (view) => checkDescriptors(view, "thread-descriptor"),
        MM_CONTEXT_LDT: (view) => checkDescriptors(view, "ldt-descriptor"),
        CPU(view) {
          // A task with cleared registers is not meant to continue. Codes of segments are kept.
          const isCleared = areCleared(view);
          if (isX86 && !(isCleared && isRaw)) for (const field of SELECTORS) checkSelector(view, field);
          if (!isCleared) checkFlags(view);
          for (const field of INSTRUCTION_POINTERS) checkAddress(view, field, "instruction-address");
          for (const field of STACK_POINTERS) checkAddress(view, field, "stack-address");
          for (const field of isRaw ? [] : BASES) checkAddress(view, field, "segment-base");
          checkBlock(view, "pt_regs_size", "pt_regs");
          checkBlock(view, "fpr_size", "fpr");
        },
      },
    };

    /** Kinds of user segments by code, or in v16 by selector. Empty if there are no segments. */
    function segmentKinds(): Map<number, Segment> {
      const known = (isRaw ? RAW_SEGMENTS : CODED_SEGMENTS).flatMap(([name, kind]) => {
        const value = format.constant(name);
        if (Number.isNaN(value)) return [];
        return [[isRaw ? value * SELECTOR_SIZE + USER_LEVEL : value, kind] as const];
      });
      return new Map(known.length === 0 ? [] : [[0, "null"], ...known]);
    }

    /** Kind of segment for a selector; undefined for an invalid one. */
    function segmentOf(selector: number): Segment | undefined {
      const kind = kinds.get(selector);
      if (kind) return kind;
      if (!isRaw) return selector >= ldt || (selector >= tls && selector < tls + slots) ? "own" : undefined;
      if (selector % SELECTOR_SIZE >= USER_LEVEL + IN_LDT) return "own";
      const slot = (selector - USER_LEVEL) / SELECTOR_SIZE - format.constant("GDT_ENTRY_TLS_MIN");
      return Number.isInteger(slot) && slot >= 0 && slot < slots ? "own" : undefined;
    }

    function checkSelector(view: RecordView, field: string): void {
      const selector = view.number(field);
      if (selector === undefined) return;
      const kind = segmentOf(selector);
      if (kind === undefined || (kind === "null" && field === "cs"))
        wrong("segment-code", view, field, selectorsOf(field), hex(selector));
      else if (field === "cs" && kind === "data")
        wrong("code-segment", view, field, "a segment for code", hex(selector));
      else if (field === "ss" && (kind === "code" || kind === "null"))
        wrong("code-segment", view, field, "a segment for data", hex(selector));
    }

    /** The valid selectors in words. */
    function selectorsOf(field: string): string {
      const all = [...kinds.keys()].filter((key) => key > 0 || field !== "cs").join(", ");
      return isRaw
        ? `${all}, or a user selector of a TLS slot or of an entry of the LDT`
        : `${all}, ${hex(tls)} and a TLS slot, or ${hex(ldt)} and an entry of the LDT`;
    }

    function checkFlags(view: RecordView): void {
      const flags = view.big("flags");
      if (flags === undefined || ((flags & needed) === needed && (flags & ~allowed) === 0n)) return;
      const expected = `all bits of ${hex(needed)} and no others than those of ${hex(allowed)}`;
      wrong("processor-flags", view, "flags", expected, hex(flags));
    }

    function checkDescriptors(view: RecordView, rule: "thread-descriptor" | "ldt-descriptor"): void {
      const all = elementsOf(view);
      if (all?.struct.entry.descriptor.key !== "desc_struct") return;
      for (let i = 0; i < all.count; i++) {
        const at = all.start + i * all.size;
        const window = source.window(at, all.size);
        const low = source.view.getUint32(window, format.littleEndian);
        const high = source.view.getUint32(window + 4, format.littleEndian);
        const isLongCode = rule === "thread-descriptor" && (high & DESCRIPTOR.isLong) !== 0;
        if ((low === 0 && high === 0) || (isUserSegment(high) && !isLongCode)) continue;
        const expected = "a user segment with privilege level 3, or none";
        report(rule, view, { field: `${all.name}[${i}].b`, at: at + 4, expected, found: hex(high) });
      }
    }

    function checkAddress(view: RecordView, field: string, rule: AddressRule): void {
      const register = registerAt(view, field);
      // An empty stack begins at the end of user space.
      const isAddress = rule === "stack-address" ? userSpace.hasEnd : userSpace.has;
      if (register === undefined || isAddress(register.address)) return;
      const at = view.offset + register.offset;
      report(rule, view, { field, at, expected: "an address in user space", found: hex(register.value) });
    }

    function checkBlock(view: RecordView, field: string, block: string): void {
      const stated = view.number(field);
      const member = view.struct && membersOf(view.struct).at(block);
      if (stated !== undefined && member && stated !== member.size)
        wrong("register-block", view, field, `${member.size}`);
    }
  },
);

/** @param high the high word of a segment descriptor */
function isUserSegment(high: number): boolean {
  const { isNoSystemSegment, privilege } = DESCRIPTOR;
  return (high & isNoSystemSegment) !== 0 && (high & privilege) === privilege;
}

function bitOf(place: number): bigint {
  return Number.isNaN(place) ? 0n : 1n << BigInt(place);
}
