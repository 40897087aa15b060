/** What the kernel told a program at its start, as the words of the program. */
import type { Image } from "../image/image.js";
import { scalar } from "../image/scalars.js";
import { windowBytes } from "../image/source.js";
import type { AddressSpace } from "../model/address-space.js";
import type { Program } from "./program.js";

/** Type of the last entry. */
const AT_NULL = 0n;

/** Words that are read; kernels have some forty. */
const MOST_WORDS = 4096;

/**
 * Types and values in turn, up to the closing pair; undefined when the image does not have them. From v19 on an image has each word of the
 * kernel in 64 bits. A kernel keeps the vector of a narrower program in words of that program, two to one of its own.
 */
export function auxiliaryVector(
  image: Image,
  space: AddressSpace,
  { bits, littleEndian }: Program,
): bigint[] | undefined {
  const node = space.object.find("BUFFER", "at_vector");
  const range = node?.record?.payload;
  if (!node || !range) return undefined;
  const { wordSize } = image.format;
  const stored = (node.contains?.of === undefined ? undefined : scalar(node.contains.of)?.size) ?? wordSize;
  const isNarrow = bits / 8 < wordSize;
  const size = isNarrow ? bits / 8 : stored;
  const bytes = windowBytes(image.source, range.start, Math.min(range.end - range.start, MOST_WORDS * size));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words: bigint[] = [];
  for (let at = 0; at + 2 * size <= bytes.length; at += 2 * size) {
    const [type, value] = [at, at + size].map((place) =>
      BigInt.asUintN(
        bits,
        size === 8 ? view.getBigUint64(place, littleEndian) : BigInt(view.getUint32(place, littleEndian)),
      ),
    ) as [bigint, bigint];
    words.push(type, value);
    // An image that was converted from a version without the vector has nothing but its end.
    if (type === AT_NULL) return words.length === 2 ? undefined : words;
  }
  // A damaged vector gets the end that every reader looks for.
  return [...words, AT_NULL, 0n];
}
