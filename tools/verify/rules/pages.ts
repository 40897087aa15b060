/** Positions of pages. They are read a window at a time; the pages themselves are not read. */
import { hex } from "../../image/hex.js";
import { type FrameHandlers, inspection, type RecordHandlers, type RuleTexts } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { highWord, lowWord } from "../words.js";

/** Bytes of positions that are read at once. */
const WINDOW_BYTES = 16 * 1024;

/** A position as two words, so that it is exact. */
interface Position {
  high: number;
  low: number;
}

/** Valid positions of the pages of the current contents. */
interface Region {
  /** Addresses of a mapping, or page indexes of a segment; `end` is exclusive. */
  readonly start: number | bigint;
  readonly end: number | bigint;
  /** Positions are multiples of this. */
  readonly unit: number;
  readonly name: string;
}

/** Start and end of a region as words. */
interface Bounds {
  readonly from: Position;
  readonly to: Position;
}

const RULES = {
  "page-alignment": ["refused", "Pages of a mapping lie at multiples of the page size."],
  "page-range": ["refused", "Pages lie within their mapping or segment."],
  "page-order": ["refused", "The positions of pages ascend, and none comes twice."],
} satisfies RuleTexts;

export class PageRules extends inspection(RULES) {
  private readonly sharedAnonymous = this.format.constant("CKPT_VMA_SHM_ANON");
  private region: Region | undefined;
  private count = 0;
  /** The current position, and the one before it in the same contents; its `high` is -1 before the first. */
  private readonly position: Position = { high: -1, low: 0 };
  private readonly last: Position = { high: -1, low: 0 };

  readonly enter: FrameHandlers = {
    contents: () => {
      this.last.high = -1;
      this.count = 0;
    },
  };
  readonly records: RecordHandlers = {
    VMA: (view) => {
      const isSegment = view.number("vma_type") === this.sharedAnonymous;
      this.region = isSegment ? this.segment(view.exact("ino_size")) : this.mapping(view);
    },
    IPC_SHM: (view) => {
      this.region = this.segment(view.exact("shm_segsz"));
    },
    PGARR: (view) => {
      this.count = view.number("nr_pages") ?? 0;
    },
    BUFFER: (view) => {
      if (view.label === "page_batch" && this.region) this.checkBatch(view, this.region);
    },
  };

  private mapping(view: RecordView): Region {
    return {
      start: view.exact("vm_start"),
      end: view.exact("vm_end"),
      unit: this.format.pageSize,
      name: "mapping",
    };
  }

  private segment(size: number | bigint): Region {
    const pageSize = BigInt(this.format.pageSize);
    return { start: 0, end: (BigInt(size) + pageSize - 1n) / pageSize, unit: 1, name: "segment" };
  }

  private checkBatch(view: RecordView, region: Region): void {
    const { wordSize, pageSize, littleEndian } = this.format;
    const { start, end } = view.record.payload;
    // The walk reports a batch of another length; the end of its positions is unknown.
    if (end - start !== this.count * (wordSize + pageSize)) return;
    const all = this.count * wordSize;
    const bounds = { from: words(region.start), to: words(region.end) };
    for (let done = 0; done < all; done += WINDOW_BYTES) {
      const length = Math.min(WINDOW_BYTES, all - done);
      const window = this.source.window(start + done, length);
      const { view: data } = this.source;
      for (let i = 0; i < length; i += wordSize) {
        const first = data.getUint32(window + i, littleEndian);
        const second = wordSize === 8 ? data.getUint32(window + i + 4, littleEndian) : 0;
        this.position.low = wordSize === 8 && !littleEndian ? second : first;
        this.position.high = wordSize === 8 ? (littleEndian ? second : first) : 0;
        this.pageAlignment(view, done + i, region);
        this.pageRange(view, done + i, region, bounds);
        this.pageOrder(view, done + i);
      }
    }
  }

  private pageAlignment(view: RecordView, offset: number, { unit }: Region): void {
    if (this.position.low % unit !== 0) this.reportPosition("page-alignment", view, offset, `a multiple of ${unit}`);
  }

  private pageRange(view: RecordView, offset: number, { start, end, name }: Region, { from, to }: Bounds): void {
    if (!isLess(this.position, from) && isLess(this.position, to)) return;
    const expected = `a position in the ${name} from ${hex(start)} to ${hex(end)}`;
    this.reportPosition("page-range", view, offset, expected);
  }

  private pageOrder(view: RecordView, offset: number): void {
    const { position, last } = this;
    if (!isLess(last, position))
      this.reportPosition("page-order", view, offset, `more than ${address(last)}, the position before`);
    last.high = position.high;
    last.low = position.low;
  }

  /** Reports the current position, whose `offset` counts in bytes from the start of the batch. */
  private reportPosition(rule: keyof typeof RULES, view: RecordView, offset: number, expected: string): void {
    const field = `page_batch[${offset / this.format.wordSize}]`;
    const at = view.record.payload.start + offset;
    this.report(rule, view, { field, at, expected, found: address(this.position) });
  }
}

function words(value: number | bigint): Position {
  return { high: highWord(value), low: lowWord(value) };
}

function isLess(one: Position, other: Position): boolean {
  return one.high < other.high || (one.high === other.high && one.low < other.low);
}

function address({ high, low }: Position): string {
  return hex((BigInt(high) << 32n) | BigInt(low));
}
