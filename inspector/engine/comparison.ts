/** The comparison of two images. */
import { type DiffOptions, diffImages, type ImageDiff } from "../../tools/diff/diff.js";
import type { Difference } from "../../tools/diff/difference.js";
import type { PidMap } from "../../tools/diff/match.js";
import type { Image } from "../../tools/image/image.js";

export class Comparison {
  readonly diff: ImageDiff;
  private readonly iterator: Iterator<Difference, void>;
  private readonly known: Difference[] = [];

  constructor(
    readonly a: Image,
    readonly b: Image,
    /** Tasks that are the same although their pids differ. */
    readonly pids: PidMap,
    onProgress?: DiffOptions["onProgress"],
  ) {
    this.diff = diffImages(a, b, { pids, onProgress });
    this.iterator = this.diff.differences[Symbol.iterator]();
  }

  /** Differences in order, from a position on. Those before it are found, too, and kept. */
  differences(from: number, count: number): readonly Difference[] {
    while (this.known.length < from + count) {
      const { done, value } = this.iterator.next();
      if (done) break;
      this.known.push(value as Difference);
    }
    return this.known.slice(from, from + count);
  }
}
