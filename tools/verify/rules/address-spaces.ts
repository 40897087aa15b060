/** Address spaces: the ranges of the program, the vdso and the AT vector. Their mappings are checked in a file of their own. */
import { hex } from "../../image/hex.js";
import { type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

type Ranges = readonly (readonly [start: string, end: string])[];

/** Ranges of a program, as set up by execve. */
const PROGRAM_RANGES: Ranges = [
  ["start_code", "end_code"],
  ["start_data", "end_data"],
];
const OTHER_RANGES: Ranges = [
  ["start_brk", "brk"],
  ["arg_start", "arg_end"],
  ["env_start", "env_end"],
];

/** Addresses that execve sets and that never change afterwards. */
const STARTS: readonly string[] = ["start_stack", "arg_start", "env_start"];

/** An open address space. */
interface Space {
  /** End of its last mapping so far. */
  end: number | bigint;
  /** Address at which the vdso is mapped; 0 for none. */
  vdso: bigint;
}

export class AddressSpaceRules extends inspection({
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
}) {
  private readonly pageSize = BigInt(this.format.pageSize);
  private readonly locked = BigInt(this.format.constant("VM_LOCKED") || 0);
  private readonly vdso = this.format.constant("CKPT_VMA_VDSO");
  private readonly dumpFilter = this.filterBits();
  /** Innermost last. */
  private readonly open: Space[] = [];

  readonly enter: FrameHandlers = { MM: () => this.open.push({ end: 0, vdso: 0n }) };
  readonly leave: FrameHandlers = { MM: () => this.open.pop() };
  readonly records: RecordHandlers = {
    MM: (view) => {
      this.mmStart(view);
      this.checkRanges("mm-program", view, PROGRAM_RANGES);
      this.checkRanges("mm-range", view, OTHER_RANGES);
      this.mmFlags(view);
    },
    VMA: (view) => this.follow(view),
    MM_CONTEXT: (view) => {
      this.checkVdso(view, "vdso");
      // s390 kernels leave it zero even if a vdso is mapped.
      if ((view.big("vdso_base") ?? 0n) !== 0n) this.checkVdso(view, "vdso_base");
      this.mmAddressLimit(view);
    },
    BUFFER: (view) => {
      if (view.label === "at_vector") this.auxvWidth(view);
    },
  };

  /** The bits that restart evaluates: those of the dump filter, and as many from bit 0 on. */
  private filterBits(): bigint {
    const count = BigInt(this.format.constant("MMF_DUMP_FILTER_BITS"));
    const bits = (1n << count) - 1n;
    return bits | (bits << BigInt(this.format.constant("MMF_DUMP_FILTER_SHIFT")));
  }

  private follow(view: RecordView): void {
    const space = this.open.at(-1);
    if (!space) return;
    if (view.number("vma_type") === this.vdso) space.vdso = view.big("vm_start") ?? 0n;
    const end = view.exact("vm_end");
    if (end > space.end) space.end = end;
  }

  private mmStart(view: RecordView): void {
    for (const field of STARTS)
      if (view.big(field) === 0n) this.wrong("mm-start", view, field, "an address, which execve sets");
  }

  private checkRanges(rule: "mm-program" | "mm-range", view: RecordView, ranges: Ranges): void {
    for (const [start, end] of ranges) {
      const [from, to] = [view.big(start) ?? 0n, view.big(end) ?? 0n];
      if (from > to) this.wrong(rule, view, end, `at least ${hex(from)}, which is ${start}`, hex(to));
    }
  }

  private mmFlags(view: RecordView): void {
    const unlocked = (view.big("def_flags") ?? 0n) & ~this.locked;
    if (unlocked !== 0n)
      this.wrong("mm-flags", view, "def_flags", `at most ${hex(this.locked)} (VM_LOCKED)`, hex(unlocked));
    const others = (view.big("flags") ?? 0n) & ~this.dumpFilter;
    if (others !== 0n) this.wrong("mm-flags", view, "flags", `bits of ${hex(this.dumpFilter)}`, hex(others));
  }

  private checkVdso(view: RecordView, field: string): void {
    const stated = view.big(field);
    const mapped = this.open.at(-1)?.vdso ?? 0n;
    if (stated === undefined || stated === mapped) return;
    this.vdsoAlignment(view, field, stated);
    this.vdsoAddress(view, field, stated, mapped);
  }

  private vdsoAlignment(view: RecordView, field: string, stated: bigint): void {
    if (stated % this.pageSize !== 0n)
      this.wrong("vdso-alignment", view, field, `a multiple of the page size ${this.pageSize}`, hex(stated));
  }

  private vdsoAddress(view: RecordView, field: string, stated: bigint, mapped: bigint): void {
    const expected = mapped === 0n ? "0, as nothing is mapped there" : `${hex(mapped)}, where it is mapped`;
    this.wrong("vdso-address", view, field, expected, hex(stated));
  }

  private mmAddressLimit(view: RecordView): void {
    const limit = view.big("asce_limit") ?? 0n;
    const end = this.open.at(-1)?.end ?? 0;
    const expected = `at least ${hex(end)}, the end of the last mapping`;
    if (limit !== 0n && limit < end) this.wrong("mm-address-limit", view, "asce_limit", expected, hex(limit));
  }

  /** Some versions widen the entries of a 32-bit kernel to 64 bits. */
  private auxvWidth(view: RecordView): void {
    if (this.format.wordSize === 8 || view.step?.entry.contains?.of !== "u64") return;
    const { start, end } = view.record.payload;
    for (let at = start; at + 8 <= end; at += 8) {
      const entry = this.source.view.getBigUint64(this.source.window(at, 8), this.format.littleEndian);
      if (entry >> 32n === 0n) continue;
      const field = `at_vector[${(at - start) / 8}]`;
      this.report("auxv-width", view, { field, at, expected: "an entry of 32 bits", found: hex(entry) });
    }
  }
}
