/** The segments that a selector of an x86 task may refer to: those of the kernel for programs, TLS slots and entries of the LDT. */
import type { ImageFormat } from "../image/abi/format.js";
import { hex } from "../image/hex.js";

/** Bytes of a segment descriptor; selectors count in these units. */
const SELECTOR_SIZE = 8;

/** Low bits of the selectors of programs: privilege level 3; `IN_LDT` selects the local descriptor table. */
const USER_LEVEL = 3;
const IN_LDT = 4;

/** Kind of segment that a selector refers to; `own` is a segment that the program described itself. */
type SegmentKind = "null" | "code" | "data" | "own";

/** Places of the user segments in the table of descriptors, and their codes. */
const RAW_SEGMENTS: readonly (readonly [constant: string, kind: SegmentKind])[] = [
  ["GDT_ENTRY_DEFAULT_USER32_CS", "code"],
  ["GDT_ENTRY_DEFAULT_USER32_DS", "data"],
];
const CODED_SEGMENTS: typeof RAW_SEGMENTS = [
  ["CKPT_X86_SEG_USER32_CS", "code"],
  ["CKPT_X86_SEG_USER32_DS", "data"],
  ["CKPT_X86_SEG_USER64_CS", "code"],
  ["CKPT_X86_SEG_USER64_DS", "data"],
];

export class UserSegments {
  /** Whether selectors are stored as in the processor; later versions store codes. */
  readonly areRaw: boolean;
  private readonly tls: number;
  private readonly ldt: number;
  /** Kinds of the kernel's segments by code, or in v16 by selector. */
  private readonly kinds: ReadonlyMap<number, SegmentKind>;

  constructor(private readonly format: ImageFormat) {
    this.tls = format.constant("CKPT_X86_SEG_TLS");
    this.ldt = format.constant("CKPT_X86_SEG_LDT");
    this.areRaw = Number.isNaN(this.tls);
    const known = (this.areRaw ? RAW_SEGMENTS : CODED_SEGMENTS).flatMap(([name, kind]) => {
      const value = format.constant(name);
      if (Number.isNaN(value)) return [];
      return [[this.areRaw ? value * SELECTOR_SIZE + USER_LEVEL : value, kind] as const];
    });
    this.kinds = new Map(known.length === 0 ? [] : [[0, "null"], ...known]);
  }

  /** Whether the architecture has segments. */
  get exist(): boolean {
    return this.kinds.size > 0;
  }

  /**
   * Kind of segment for a selector; undefined for an invalid one.
   *
   * @param slots number of TLS slots of the thread
   */
  kindOf(selector: number, slots: number): SegmentKind | undefined {
    const kind = this.kinds.get(selector);
    if (kind) return kind;
    const { tls, ldt } = this;
    if (!this.areRaw) return selector >= ldt || (selector >= tls && selector < tls + slots) ? "own" : undefined;
    if (selector % SELECTOR_SIZE >= USER_LEVEL + IN_LDT) return "own";
    const slot = (selector - USER_LEVEL) / SELECTOR_SIZE - this.format.constant("GDT_ENTRY_TLS_MIN");
    return Number.isInteger(slot) && slot >= 0 && slot < slots ? "own" : undefined;
  }

  /** The valid selectors in words; the code segment cannot be null. */
  selectorsOf(field: string): string {
    const all = [...this.kinds.keys()].filter((key) => key > 0 || field !== "cs").join(", ");
    return this.areRaw
      ? `${all}, or a user selector of a TLS slot or of an entry of the LDT`
      : `${all}, ${hex(this.tls)} and a TLS slot, or ${hex(this.ldt)} and an entry of the LDT`;
  }
}
