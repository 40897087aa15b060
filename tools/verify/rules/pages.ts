/** Positions of pages. They are read a window at a time; the pages themselves are not read. */
import { hex } from "../../image/hex.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Bytes of positions that are read at once. */
const WINDOW = 16 * 1024;

/** Valid positions of the pages of the current contents. */
interface Region {
  /** Addresses of a mapping, or page indexes of a segment; `end` is exclusive. */
  readonly start: bigint;
  readonly end: bigint;
  /** Positions are multiples of this. */
  readonly unit: number;
  readonly name: string;
}

export const pages = inspector(
  {
    "page-alignment": ["refused", "Pages of a mapping lie at multiples of the page size."],
    "page-range": ["refused", "Pages lie within their mapping or segment."],
    "page-order": ["refused", "The positions of pages ascend, and none comes twice."],
  },
  ({ format, source }, { report }) => {
    const { pageSize, wordSize, littleEndian } = format;
    const sharedAnonymous = format.constant("CKPT_VMA_SHM_ANON");
    let region: Region | undefined;
    let count = 0;
    /** The previous position as two words, so that it is exact. */
    let lastHigh = -1;
    let lastLow = 0;

    return {
      enter: {
        contents() {
          lastHigh = -1;
          count = 0;
        },
      },
      records: {
        VMA(view) {
          const isSegment = view.number("vma_type") === sharedAnonymous;
          region = isSegment
            ? segment(view.big("ino_size"))
            : { start: view.big("vm_start") ?? 0n, end: view.big("vm_end") ?? 0n, unit: pageSize, name: "mapping" };
        },
        IPC_SHM(view) {
          region = segment(view.big("shm_segsz"));
        },
        PGARR(view) {
          count = view.number("nr_pages") ?? 0;
        },
        BUFFER(view) {
          if (view.label === "page_batch" && region) checkBatch(view, region);
        },
      },
    };

    function segment(size = 0n): Region {
      return { start: 0n, end: (size + BigInt(pageSize) - 1n) / BigInt(pageSize), unit: 1, name: "segment" };
    }

    function checkBatch(view: RecordView, { start, end, unit, name }: Region): void {
      const { payload } = view.record;
      // The walk reports a batch of another length; the end of its positions is unknown.
      if (payload.end - payload.start !== count * (wordSize + pageSize)) return;
      const [startHigh, startLow] = words(start);
      const [endHigh, endLow] = words(end);
      const all = count * wordSize;
      for (let done = 0; done < all; done += WINDOW) {
        const length = Math.min(WINDOW, all - done);
        const window = source.window(payload.start + done, length);
        const { view: data } = source;
        for (let i = 0; i < length; i += wordSize) {
          const first = data.getUint32(window + i, littleEndian);
          const second = wordSize === 8 ? data.getUint32(window + i + 4, littleEndian) : 0;
          const low = wordSize === 8 && !littleEndian ? second : first;
          const high = wordSize === 8 ? (littleEndian ? second : first) : 0;
          if (low % unit !== 0) tell("page-alignment", done + i, `a multiple of ${unit}`);
          if (isLess(high, low, startHigh, startLow) || !isLess(high, low, endHigh, endLow))
            tell(
              "page-range",
              done + i,
              `a position in the ${name} from ${address(startHigh, startLow)} to ${address(endHigh, endLow)}`,
            );
          if (!isLess(lastHigh, lastLow, high, low))
            tell("page-order", done + i, `more than ${address(lastHigh, lastLow)}, the position before`);
          lastHigh = high;
          lastLow = low;

          function tell(rule: "page-alignment" | "page-range" | "page-order", offset: number, expected: string): void {
            const field = `page_batch[${offset / wordSize}]`;
            report(rule, view, { field, at: payload.start + offset, expected, found: address(high, low) });
          }
        }
      }
    }
  },
);

function words(value: bigint): [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffffffffn)];
}

function isLess(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  return high < otherHigh || (high === otherHigh && low < otherLow);
}

function address(high: number, low: number): string {
  return hex((BigInt(high) << 32n) | BigInt(low));
}
