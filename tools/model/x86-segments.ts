/** Segments of x86: selectors as encoded in an image, and descriptors as stored by the processor. */
import type { ImageFormat } from "../image/abi/format.js";
import { enumeratorName } from "./enum-names.js";

export interface SegmentSelector {
  readonly kind: "null" | "user code" | "user data" | "tls" | "ldt" | "other";
  /** Width of the instructions in a user code segment. User data of both widths may share a segment. */
  readonly bits?: 32 | 64;
  /** Slot for thread-local storage, or entry of the LDT. */
  readonly index?: number;
  /** Value in the segment register; undefined if the descriptor table of the kernel is not known. */
  readonly selector: number | undefined;
}

/** Privilege level of user programs. `LDT` is the bit that selects the LDT. */
const USER = 3;
const LDT = 4;

/**
 * Decodes a selector.
 *
 * @param value a field of the CPU record: from v17 on a code, before that the selector itself
 */
export function selectorOf(format: ImageFormat, value: number): SegmentSelector {
  const isEncoded = !Number.isNaN(format.constant("CKPT_X86_SEG_NULL"));
  return isEncoded ? encoded(format, value) : raw(format, value);
}

function encoded(format: ImageFormat, code: number): SegmentSelector {
  const tls = format.constant("CKPT_X86_SEG_TLS");
  const ldt = format.constant("CKPT_X86_SEG_LDT");
  if ((code & ldt) !== 0) return { kind: "ldt", index: code & ~ldt, selector: ((code & ~ldt) << 3) | LDT | USER };
  if ((code & tls) !== 0)
    return { kind: "tls", index: code & ~tls, selector: gdt(format, "GDT_ENTRY_TLS_MIN", code & ~tls) };
  switch (enumeratorName(format.abi, "x86_segment", code)) {
    case "CKPT_X86_SEG_NULL":
      return { kind: "null", selector: 0 };
    case "CKPT_X86_SEG_USER32_CS":
      return { kind: "user code", bits: 32, selector: gdt(format, "GDT_ENTRY_DEFAULT_USER32_CS") };
    case "CKPT_X86_SEG_USER32_DS":
      return { kind: "user data", bits: 32, selector: gdt(format, "GDT_ENTRY_DEFAULT_USER32_DS") };
    case "CKPT_X86_SEG_USER64_CS":
      return { kind: "user code", bits: 64, selector: gdt(format, "GDT_ENTRY_DEFAULT_USER_CS") };
    case "CKPT_X86_SEG_USER64_DS":
      return { kind: "user data", bits: 64, selector: gdt(format, "GDT_ENTRY_DEFAULT_USER_DS") };
    default:
      return { kind: "other", selector: undefined };
  }
}

function gdt(format: ImageFormat, entry: string, index = 0): number | undefined {
  const place = format.constant(entry);
  return Number.isNaN(place) ? undefined : ((place + index) << 3) | USER;
}

function raw(format: ImageFormat, selector: number): SegmentSelector {
  const entry = selector >>> 3;
  if ((selector & ~USER) === 0) return { kind: "null", selector };
  if ((selector & LDT) !== 0) return { kind: "ldt", index: entry, selector };
  const slot = entry - format.constant("GDT_ENTRY_TLS_MIN");
  if (slot >= 0 && slot < TLS_SLOTS) return { kind: "tls", index: slot, selector };
  if (entry === format.constant("GDT_ENTRY_DEFAULT_USER32_CS")) return { kind: "user code", bits: 32, selector };
  if (entry === format.constant("GDT_ENTRY_DEFAULT_USER32_DS")) return { kind: "user data", bits: 32, selector };
  return { kind: "other", selector };
}

/** Number of descriptors for thread-local storage in the table of every kernel. */
const TLS_SLOTS = 3;

export interface SegmentDescriptor {
  /** Slot for thread-local storage, or entry of the LDT. */
  readonly index: number;
  readonly base: number;
  /** Offset of the last byte of the segment. */
  readonly limit: number;
  readonly kind: "data" | "code" | "system";
  readonly writable: boolean;
  /** Width of addresses and instructions in bits. */
  readonly bits: 16 | 32 | 64;
  /** Lowest privilege level that may use the segment: 3 for user programs. */
  readonly privilege: number;
  readonly present: boolean;
  /** The bit of a descriptor that is available to software. */
  readonly usable: boolean;
}

/**
 * Decodes a descriptor; `a` is the low, `b` the high word of a `desc_struct`.
 *
 * @returns undefined for an empty descriptor
 */
export function segmentOf(index: number, a: number, b: number): SegmentDescriptor | undefined {
  if (a === 0 && b === 0) return undefined;
  const limit = (a & 0xffff) | (b & 0xf0000);
  const bit = (n: number) => ((b >>> n) & 1) === 1;
  return {
    index,
    base: ((a >>> 16) | ((b & 0xff) << 16) | (b & 0xff000000)) >>> 0,
    limit: bit(23) ? ((limit << 12) | 0xfff) >>> 0 : limit,
    kind: !bit(12) ? "system" : bit(11) ? "code" : "data",
    writable: bit(12) && !bit(11) && bit(9),
    bits: bit(21) ? 64 : bit(22) ? 32 : 16,
    privilege: (b >>> 13) & 3,
    present: bit(15),
    usable: bit(20),
  };
}
