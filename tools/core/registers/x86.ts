/** Registers of an x86 thread, including 32-bit programs on a 64-bit kernel. */
import { concatUint8Arrays } from "uint8array-extras";
import type { Image } from "../../image/image.js";
import { segmentBaseOf, threadSegmentsOf } from "../../model/x86-bases.js";
import type { SegmentDescriptor } from "../../model/x86-segments.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { ElfNote } from "../note.js";
import type { CoreStructs } from "../structs.js";
import type { RegisterSource, ThreadRegisters } from "./thread-registers.js";
import { floatingPointNotes } from "./x86-fpu.js";
import { selectorsOf } from "./x86-selectors.js";

/** In 64-bit fields for programs of both widths. */
const GENERAL = ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "ip", "flags", "orig_ax"];
const ONLY_64 = ["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

export function x86Registers(source: RegisterSource): ThreadRegisters {
  const { image, cpu, structs, task } = source;
  const { bits } = structs.program;
  const names = bits === 64 ? [...GENERAL, ...ONLY_64] : GENERAL;
  const selectors = selectorsOf(image, cpu);
  const tls = threadSegmentsOf(image, task);
  return {
    general: {
      ...Object.fromEntries(names.map((name) => [name, BigInt.asUintN(bits, cpu.big(name) ?? 0n)])),
      ...selectors,
      ...(bits === 64 && {
        fs_base: segmentBaseOf(image, cpu, tls, "fs"),
        gs_base: segmentBaseOf(image, cpu, tls, "gs"),
      }),
    },
    notes: [...floatingPointNotes(source, selectors), ...(bits === 32 ? tlsNotes(image, structs, tls) : [])],
  };
}

/** All slots up to the last used one, as kernels write them. */
function tlsNotes(image: Image, structs: CoreStructs, segments: readonly SegmentDescriptor[]): ElfNote[] {
  const first = image.format.constant("GDT_ENTRY_TLS_MIN");
  const count = (segments.at(-1)?.index ?? -1) + 1;
  if (count === 0 || Number.isNaN(first)) return [];
  const entries = Array.from({ length: count }, (_, i) =>
    structs.bytes("user_desc", {
      ...descriptorFields(
        structs,
        segments.find(({ index }) => index === i),
      ),
      entry_number: first + i,
    }),
  );
  return [{ type: "NT_386_TLS", contents: concatUint8Arrays(entries) }];
}

const PAGE_SHIFT = 12;

function descriptorFields(structs: CoreStructs, segment: SegmentDescriptor | undefined): Fields {
  const bits = (names: readonly string[]) => names.reduce((all, name) => all | structs.constant(name), 0);
  if (!segment) return { flags: bits(["USER_DESC_READ_EXEC_ONLY", "USER_DESC_SEG_NOT_PRESENT"]) };
  const { base, limit, kind, writable, bits: width, present, usable } = segment;
  // Limits of more than 20 bits count pages.
  const inPages = limit >= 1 << 20;
  return {
    base_addr: base,
    limit: inPages ? limit >>> PAGE_SHIFT : limit,
    flags: bits([
      ...(width === 32 ? ["USER_DESC_SEG_32BIT"] : []),
      ...(width === 64 ? ["USER_DESC_LM"] : []),
      ...(kind === "code" ? ["USER_DESC_CONTENTS_CODE"] : []),
      ...(writable ? [] : ["USER_DESC_READ_EXEC_ONLY"]),
      ...(inPages ? ["USER_DESC_LIMIT_IN_PAGES"] : []),
      ...(present ? [] : ["USER_DESC_SEG_NOT_PRESENT"]),
      ...(usable ? ["USER_DESC_USEABLE"] : []),
    ]),
  };
}
