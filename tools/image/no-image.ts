/** Guesses what a file is that is no image, so that the message can say what to do. */
import type { Image } from "./image.js";
import { type ImageSource, windowBytes } from "./source.js";

/** First bytes of files that people mistake for an image. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], "it is compressed with gzip; unpack it first, e.g. gzip -dc FILE | ckpt info -"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "it is compressed with xz; unpack it first, e.g. xz -dc FILE | ckpt info -"],
  [[0x42, 0x5a, 0x68], "it is compressed with bzip2; unpack it first, e.g. bzip2 -dc FILE | ckpt info -"],
  [[0x28, 0xb5, 0x2f, 0xfd], "it is compressed with zstd; unpack it first, e.g. zstd -dc FILE | ckpt info -"],
  [[0x7f, 0x45, 0x4c, 0x46], "it is an ELF file"],
];

export function whatItIs(source: ImageSource, image: Image): string {
  if (source.size === 0) return "it is empty";
  const head = windowBytes(source, 0, Math.min(source.size, 16));
  const known = SIGNATURES.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  return known?.[1] ?? image.problems.at(-1)?.message ?? "no record can be found in it";
}
