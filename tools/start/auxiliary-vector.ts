/**
 * The auxiliary vector that the kernel passed to a program, as words of the program. From v19 on, images have it in a record of the address space; in
 * older ones it is on the stack, if that page is in the image.
 */

import { scalar } from "../../runtime/scalars.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { ProcessMemory } from "../memory/memory.js";
import { readBytes } from "../memory/read.js";
import type { AddressSpace } from "../model/address-space.js";
import type { Program } from "../model/program.js";

/** Type of the last entry. */
const AT_NULL = 0n;

/** Maximum number of words that are read; kernels have about forty. */
const MAX_WORDS = 4096;

/** An auxiliary vector, and where it was found. */
export interface AuxiliaryVector {
  readonly from: "record" | "stack";
  /** Alternating types and values, up to the final pair. */
  readonly words: readonly bigint[];
}

/** Finds the auxiliary vector of a process, in its record or on its stack; undefined if it is in neither. */
export function findAuxiliaryVector(memory: ProcessMemory, program: Program): AuxiliaryVector | undefined {
  const recorded = auxiliaryVector(memory.image, memory.space, program);
  if (recorded) return { from: "record", words: recorded };
  const words = vectorOnStack(memory, program);
  return words && { from: "stack", words };
}

/**
 * Alternating types and values from the record, up to the final pair; undefined if there is none. An image stores each word of the kernel in 64 bits.
 * A kernel keeps the vector of a narrower program in words of that program, two per word of its own.
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
  const bytes = windowBytes(image.source, range.start, Math.min(range.end - range.start, MAX_WORDS * size));
  const words = wordsOf(bytes, size, littleEndian).map((word) => BigInt.asUintN(bits, word));
  const end = endOf(words);
  // An image converted from a version without the vector has only the final pair.
  if (end === 2) return undefined;
  // A damaged vector gets the end that every reader expects.
  return end === undefined ? [...words.slice(0, words.length & ~1), AT_NULL, 0n] : words.slice(0, end);
}

/** Number of words including the final pair. */
function endOf(words: readonly bigint[]): number | undefined {
  for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_NULL) return at + 2;
  return undefined;
}

/** Maximum number of bytes of the stack that are searched. */
const MAX_STACK_BYTES = 1024 * 1024;

/**
 * At the start of a program the stack pointer points to the argument count, the addresses of the arguments, a zero, those of the environment, another
 * zero, and the vector. A block that does not begin with the address of the first argument was overwritten.
 */
function vectorOnStack(memory: ProcessMemory, { bits, littleEndian }: Program): bigint[] | undefined {
  const start = memory.space.address("start_stack") ?? 0n;
  const strings = memory.space.address("arg_start") ?? 0n;
  if (start === 0n || strings <= start) return undefined;
  const room = strings - start < BigInt(MAX_STACK_BYTES) ? Number(strings - start) : MAX_STACK_BYTES;
  const words = wordsOf(readBytes(memory, start, room), bits / 8, littleEndian);
  const [count, first] = words;
  if (count === undefined || count === 0n || count >= BigInt(words.length) || first !== strings) return undefined;
  const afterArguments = Number(count) + 1;
  if (words[afterArguments] !== 0n) return undefined;
  const afterEnvironment = words.indexOf(0n, afterArguments + 1);
  if (afterEnvironment < 0) return undefined;
  const vector = words.slice(afterEnvironment + 1, afterEnvironment + 1 + MAX_WORDS);
  const end = endOf(vector);
  return end === undefined || end === 2 ? undefined : vector.slice(0, end);
}

function wordsOf(bytes: Uint8Array, size: number, littleEndian: boolean): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    size === 8 ? view.getBigUint64(i * size, littleEndian) : BigInt(view.getUint32(i * size, littleEndian)),
  );
}
