/** Registers: segment codes of x86, sizes of the blocks of PowerPC. */
import { memberAt } from "../../image/fields.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";

const SELECTORS: readonly string[] = ["fsindex", "gsindex", "cs", "ss", "ds", "es"];

export const registers = inspector(
  {
    "segment-code": [
      "error",
      "Segment selectors are codes for the null selector, a user segment, a TLS slot or an entry of the LDT.",
    ],
    "register-block": ["error", "The stated sizes of register blocks are those of the layout."],
    "thread-slots": ["error", "No more slots for thread-local storage are in use than there are."],
  },
  ({ format }, report) => {
    const tls = format.constant("CKPT_X86_SEG_TLS");
    const ldt = format.constant("CKPT_X86_SEG_LDT");
    const fixed = ["NULL", "USER32_CS", "USER32_DS", "USER64_CS", "USER64_DS"]
      .map((name) => format.constant(`CKPT_X86_SEG_${name}`))
      .filter((code) => !Number.isNaN(code));
    /** TLS slots of the thread at hand. */
    let slots = Number.POSITIVE_INFINITY;

    return {
      enter: { registers: () => (slots = Number.POSITIVE_INFINITY) },
      records: {
        THREAD(view) {
          slots = view.number("gdt_entry_tls_entries") ?? slots;
          const used = view.number("ntls") ?? 0;
          if (used > slots)
            report("thread-slots", view, { field: "ntls", expected: `at most ${slots}`, found: `${used}` });
        },
        CPU(view) {
          if (!Number.isNaN(tls)) for (const field of SELECTORS) checkSelector(view, field);
          checkBlock(view, "pt_regs_size", "pt_regs");
          checkBlock(view, "fpr_size", "fpr");
        },
      },
    };

    function checkSelector(view: RecordView, field: string): void {
      const code = view.number(field);
      if (code === undefined || fixed.includes(code) || code >= ldt || (code >= tls && code < tls + slots)) return;
      const expected = `${fixed.join(", ")}, 0x${tls.toString(16)} and a TLS slot, or 0x${ldt.toString(16)} and an entry of the LDT`;
      report("segment-code", view, { field, expected, found: `0x${code.toString(16)}` });
    }

    function checkBlock(view: RecordView, field: string, block: string): void {
      const stated = view.number(field);
      const member = view.struct && memberAt(format.abi, view.struct.layout, block)?.member;
      if (stated !== undefined && member && stated !== member.size)
        report("register-block", view, { field, expected: `${member.size}`, found: `${stated}` });
    }
  },
);
