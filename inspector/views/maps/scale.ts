/** Addresses on a line: mappings to scale, except that none is too small to be seen; gaps between them short. */
import { scaleLinear } from "d3-scale";
import type { MappingRow } from "../../engine/questions/mappings.js";

/** A mapping or a gap on the line. Places are parts of the whole line, from 0 to 1. */
export interface Segment {
  /** Position in the list of mappings; undefined for a gap. */
  readonly index: number | undefined;
  readonly from: number;
  readonly to: number;
}

/** Part of the line that one gap takes at most, and that all take together at most. */
const GAP = 0.012;
const ALL_GAPS = 0.25;

/** Part of the line that a mapping takes at least, and that all take together by this. */
const LEAST = 0.004;
const ALL_LEAST = 0.3;

/** Mappings, which follow each other by address, and the gaps between them. */
export function segmentsOf(mappings: readonly MappingRow[]): Segment[] {
  const exact = mappings.map(({ start, end }) => (end > start ? Number(end - start) : 0));
  const least = exact.reduce((sum, size) => sum + size, 0) * Math.min(LEAST, ALL_LEAST / mappings.length);
  const sizes = exact.map((size) => (size === 0 ? 0 : Math.max(size, least)));
  const isAfterGap = mappings.map(({ start }, i) => i > 0 && start > (mappings[i - 1] as MappingRow).end);
  const gaps = isAfterGap.filter(Boolean).length;
  const gap = gaps === 0 ? 0 : Math.min(GAP, ALL_GAPS / gaps);
  const total = sizes.reduce((sum, size) => sum + size, 0) || 1;
  const toLine = scaleLinear([0, total], [0, 1 - gap * gaps]);
  const segments: Segment[] = [];
  let at = 0;
  for (const [index, size] of sizes.entries()) {
    if (isAfterGap[index]) {
      segments.push({ index: undefined, from: at, to: at + gap });
      at += gap;
    }
    const to = at + toLine(size);
    segments.push({ index, from: at, to });
    at = to;
  }
  return segments;
}

/** A part of the line that is in sight. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const WHOLE: Window = { from: 0, to: 1 };

/** Smallest part of the line that can be in sight. */
const SMALLEST = 1e-9;

/** Changes the size of a window around a place in it. */
export function zoomed({ from, to }: Window, factor: number, around = (from + to) / 2): Window {
  const size = Math.max(SMALLEST, Math.min(1, (to - from) * factor));
  const share = (around - from) / (to - from);
  return within({ from: around - share * size, to: around + (1 - share) * size });
}

export function moved({ from, to }: Window, share: number): Window {
  const distance = (to - from) * share;
  return within({ from: from + distance, to: to + distance });
}

function within({ from, to }: Window): Window {
  const size = Math.min(1, to - from);
  const start = Math.max(0, Math.min(from, 1 - size));
  return { from: start, to: start + size };
}
