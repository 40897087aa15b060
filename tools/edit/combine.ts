/** Changes of an image that was already changed, as changes of the original image. */
import { concatUint8Arrays } from "uint8array-extras";
import { type ByteChange, EditedSource } from "./edited-source.js";

/**
 * The original image with the changes of `first` and then others.
 *
 * @param changes changes of `first`, in ascending order of offsets in it and without overlaps
 */
export function combine(first: EditedSource, changes: readonly ByteChange[]): EditedSource {
  const combined: ByteChange[] = [];
  let fresh: Uint8Array[] = [];
  /** Offset in the original image of the first byte that is neither kept nor replaced yet. */
  let offset = 0;
  const keepFrom = (from: number) => {
    if (from > offset || fresh.length > 0)
      combined.push({ offset, length: from - offset, bytes: concatUint8Arrays(fresh) });
    fresh = [];
    offset = from;
  };
  for (const { from, length, bytes } of new EditedSource(first, changes).runs()) {
    if (bytes) {
      fresh.push(bytes);
      continue;
    }
    for (const kept of first.runs(from, from + length)) {
      if (kept.bytes) fresh.push(kept.bytes);
      else {
        keepFrom(kept.from);
        offset += kept.length;
      }
    }
  }
  keepFrom(first.original.size);
  return new EditedSource(first.original, combined);
}
