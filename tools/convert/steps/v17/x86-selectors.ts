/** v17: codes instead of raw segment selectors, and bases for the segments fs and gs. */

import type { ImageFormat } from "../../../image/abi/format.js";
import { type SegmentSelector, selectorOf } from "../../../model/x86-segments.js";
import type { RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

const SEGMENTS = ["cs", "ss", "ds", "es"];
/** Selector fields of v16, and the fields of v17 that have the code. */
const THREAD_SEGMENTS = [
  ["fs", "fsindex"],
  ["gs", "gsindex"],
] as const;

/** Bits of debug register 7 that turn breakpoints on. */
const ENABLED = 0xffn;

export const encodedSelectors: ConversionStep = {
  id: "encoded-selectors",
  title: "codes in place of segment selectors",
  since: "v17",
  arches: ["x86"],
  meanings: { ckpt_hdr_cpu: SEGMENTS },
  forward: (way) => ({
    records: {
      CPU(record) {
        way.worked();
        const { fields } = record;
        for (const name of SEGMENTS) fields[name] = encode(way, record, name);
        for (const [raw, code] of THREAD_SEGMENTS) {
          fields[code] = encode(way, record, raw);
          fields[raw] = 0n;
        }
        if (record.number("uses_debug") !== (usesDebug(record) ? 1 : 0))
          way.lose(
            record,
            "uses_debug",
            record.number("uses_debug"),
            "from v17 on it follows from the registers themselves",
          );
        delete fields.uses_debug;
        return undefined;
      },
    },
  }),
  backward: (way) => ({
    records: {
      CPU(record) {
        way.worked();
        const { fields } = record;
        for (const name of SEGMENTS) fields[name] = BigInt(decode(way, record, name));
        for (const [raw, code] of THREAD_SEGMENTS) {
          if (record.number(raw) !== 0) way.lose(record, raw, fields[raw], "v16 has the selector of the segment only");
          fields[raw] = BigInt(decode(way, record, code));
          delete fields[code];
        }
        fields.uses_debug = usesDebug(record) ? 1 : 0;
        return undefined;
      },
    },
  }),
};

function encode(way: Crossing, record: RecordNode, field: string): number {
  const raw = record.number(field);
  const code = codeOf(way.after, selectorOf(way.before, raw));
  if (code === undefined) {
    way.refuse(record, field, raw, "it is not a selector of a user program");
    return 0;
  }
  const back = selectorOf(way.after, code).selector;
  if (back !== raw) way.lose(record, field, raw, `older readers would take the code for ${back}`);
  return code;
}

function codeOf(format: ImageFormat, { kind, index = 0 }: SegmentSelector): number | undefined {
  switch (kind) {
    case "null":
      return format.constant("CKPT_X86_SEG_NULL");
    case "user code":
      return format.constant("CKPT_X86_SEG_USER32_CS");
    case "user data":
      return format.constant("CKPT_X86_SEG_USER32_DS");
    case "tls":
      return format.constant("CKPT_X86_SEG_TLS") | index;
    case "ldt":
      return format.constant("CKPT_X86_SEG_LDT") | index;
    case "other":
      return undefined;
  }
}

function decode(way: Crossing, record: RecordNode, field: string): number {
  const code = record.number(field);
  const { selector } = selectorOf(way.before, code);
  const back = selector === undefined ? undefined : codeOf(way.before, selectorOf(way.after, selector));
  if (back === undefined) way.refuse(record, field, code, "the selector for the code is not known");
  else if (back !== code)
    way.lose(record, field, code, `v16 has the selector ${selector}, which newer readers take for another code`);
  return selector ?? 0;
}

function usesDebug(record: RecordNode): boolean {
  return (BigInt((record.fields.debugreg7 as bigint | undefined) ?? 0n) & ENABLED) !== 0n;
}
