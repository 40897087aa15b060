/** Address spaces: the ranges of the program, the vdso and the AT vector. Their mappings are checked in a file of their own. */
import { hex } from "../../image/hex.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Ranges of a program, as set up by execve. */
const RANGES: readonly (readonly [start: string, end: string, rule: "mm-program" | "mm-range"])[] = [
  ["start_code", "end_code", "mm-program"],
  ["start_data", "end_data", "mm-program"],
  ["start_brk", "brk", "mm-range"],
  ["arg_start", "arg_end", "mm-range"],
  ["env_start", "env_end", "mm-range"],
];

/** Addresses that execve sets and that never change afterwards. */
const STARTS: readonly string[] = ["start_stack", "arg_start", "env_start"];

/** An open address space. */
interface Space {
  /** End of its last mapping so far. */
  end: bigint;
  /** Address at which the vdso is mapped; 0 for none. */
  vdso: bigint;
}

export const addressSpaces = inspector(
  {
    "mm-program": ["refused", "The code and the data of a program begin before they end."],
    "mm-range": ["doubtful", "The heap and the arguments of a program begin before they end."],
    "mm-start": ["doubtful", "The stack, the arguments and the environment of a program have addresses."],
    "mm-address-limit": ["fatal", "The page tables of an address space reach as far as its last mapping."],
    "vdso-alignment": ["refused", "The vdso begins at the start of a page."],
    "auxv-width": ["refused", "The entries of the AT vector fit the words of the kernel."],
    "vdso-address": [
      "doubtful",
      "The address of the vdso is that of its mapping; a restart compares it with where it has mapped its own.",
    ],
    "mm-flags": [
      "refused",
      "New mappings can be asked to be locked, and nothing else; the flags of the address space select what a core dump contains.",
    ],
  },
  ({ format, source }, { report, wrong }) => {
    const pageSize = BigInt(format.pageSize);
    const locked = BigInt(format.constant("VM_LOCKED") || 0);
    const vdso = format.constant("CKPT_VMA_VDSO");
    const dumpFilter = filterBits();
    /** Innermost last. */
    const open: Space[] = [];

    return {
      enter: { MM: () => open.push({ end: 0n, vdso: 0n }) },
      leave: { MM: () => open.pop() },
      records: {
        MM(view) {
          checkStarts(view);
          checkRanges(view);
          checkFlags(view);
        },
        VMA: follow,
        MM_CONTEXT(view) {
          checkVdso(view, "vdso");
          // s390 kernels leave it zero even if a vdso is mapped.
          if ((view.big("vdso_base") ?? 0n) !== 0n) checkVdso(view, "vdso_base");
          checkLimit(view);
        },
        BUFFER(view) {
          if (view.label === "at_vector") checkVector(view);
        },
      },
    };

    /** The bits that restart evaluates: those of the dump filter, and as many from bit 0 on. */
    function filterBits(): bigint {
      const count = BigInt(format.constant("MMF_DUMP_FILTER_BITS"));
      const bits = (1n << count) - 1n;
      return bits | (bits << BigInt(format.constant("MMF_DUMP_FILTER_SHIFT")));
    }

    function follow(view: RecordView): void {
      const space = open.at(-1);
      if (!space) return;
      if (view.number("vma_type") === vdso) space.vdso = view.big("vm_start") ?? 0n;
      const end = view.big("vm_end") ?? 0n;
      if (end > space.end) space.end = end;
    }

    function checkStarts(view: RecordView): void {
      for (const field of STARTS)
        if (view.big(field) === 0n) wrong("mm-start", view, field, "an address, which execve sets");
    }

    function checkRanges(view: RecordView): void {
      for (const [start, end, rule] of RANGES) {
        const [from, to] = [view.big(start) ?? 0n, view.big(end) ?? 0n];
        if (from > to) wrong(rule, view, end, `at least ${hex(from)}, which is ${start}`, hex(to));
      }
    }

    function checkFlags(view: RecordView): void {
      const unlocked = (view.big("def_flags") ?? 0n) & ~locked;
      if (unlocked !== 0n) wrong("mm-flags", view, "def_flags", `at most ${hex(locked)} (VM_LOCKED)`, hex(unlocked));
      const others = (view.big("flags") ?? 0n) & ~dumpFilter;
      if (others !== 0n) wrong("mm-flags", view, "flags", `bits of ${hex(dumpFilter)}`, hex(others));
    }

    function checkVdso(view: RecordView, field: string): void {
      const stated = view.big(field);
      const mapped = open.at(-1)?.vdso ?? 0n;
      if (stated === undefined || stated === mapped) return;
      if (stated % pageSize !== 0n)
        wrong("vdso-alignment", view, field, `a multiple of the page size ${pageSize}`, hex(stated));
      const expected = mapped === 0n ? "0, as nothing is mapped there" : `${hex(mapped)}, where it is mapped`;
      wrong("vdso-address", view, field, expected, hex(stated));
    }

    function checkLimit(view: RecordView): void {
      const limit = view.big("asce_limit") ?? 0n;
      const end = open.at(-1)?.end ?? 0n;
      if (limit !== 0n && limit < end)
        wrong("mm-address-limit", view, "asce_limit", `at least ${hex(end)}, the end of the last mapping`, hex(limit));
    }

    /** Some versions widen the entries of a 32-bit kernel to 64 bits. */
    function checkVector(view: RecordView): void {
      if (format.wordSize === 8 || view.step?.entry.contains?.of !== "u64") return;
      const { start, end } = view.record.payload;
      for (let at = start; at + 8 <= end; at += 8) {
        const entry = source.view.getBigUint64(source.window(at, 8), format.littleEndian);
        if (entry >> 32n === 0n) continue;
        const field = `at_vector[${(at - start) / 8}]`;
        report("auxv-width", view, { field, at, expected: "an entry of 32 bits", found: hex(entry) });
      }
    }
  },
);
