/**
 * What the kernel told a program at its start, as words of the program. From v19 on images have it in a record of the address space; older ones
 * have it where the kernel put it for the program, on the stack, if that page is in the image.
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

/** Words that are read; kernels have some forty. */
const MOST_WORDS = 4096;

/** Where an auxiliary vector was found. */
export interface AuxiliaryVector {
  readonly from: "record" | "stack";
  /** Types and values in turn, up to the closing pair. */
  readonly words: readonly bigint[];
}

/** Undefined when the image has it neither in a record nor on the stack. */
export function findAuxiliaryVector(memory: ProcessMemory, program: Program): AuxiliaryVector | undefined {
  const recorded = auxiliaryVector(memory.image, memory.space, program);
  if (recorded) return { from: "record", words: recorded };
  const words = vectorOnStack(memory, program);
  return words && { from: "stack", words };
}

/**
 * Types and values in turn, up to the closing pair, from the record; undefined when there is none. An image has each word of the kernel in
 * 64 bits. A kernel keeps the vector of a narrower program in words of that program, two to one of its own.
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
  const words = wordsOf(bytes, size, littleEndian).map((word) => BigInt.asUintN(bits, word));
  const end = endOf(words);
  // An image that was converted from a version without the vector has nothing but its end.
  if (end === 2) return undefined;
  // A damaged vector gets the end that every reader looks for.
  return end === undefined ? [...words.slice(0, words.length & ~1), AT_NULL, 0n] : words.slice(0, end);
}

/** Words behind the closing pair. */
function endOf(words: readonly bigint[]): number | undefined {
  for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_NULL) return at + 2;
  return undefined;
}

/** Bytes of the stack that are looked through. */
const MOST_STACK = 1024 * 1024;

/**
 * A program begins with its stack pointer at a count, the addresses of so many arguments, a zero, those of the environment, another zero, and the
 * vector. What does not begin with the address of the first argument is no longer what the kernel put there.
 */
function vectorOnStack(memory: ProcessMemory, { bits, littleEndian }: Program): bigint[] | undefined {
  const start = memory.space.address("start_stack") ?? 0n;
  const strings = memory.space.address("arg_start") ?? 0n;
  if (start === 0n || strings <= start) return undefined;
  const room = strings - start < BigInt(MOST_STACK) ? Number(strings - start) : MOST_STACK;
  const words = wordsOf(readBytes(memory, start, room), bits / 8, littleEndian);
  const [count, first] = words;
  if (count === undefined || count === 0n || count >= BigInt(words.length) || first !== strings) return undefined;
  const afterArguments = Number(count) + 1;
  if (words[afterArguments] !== 0n) return undefined;
  const afterEnvironment = words.indexOf(0n, afterArguments + 1);
  if (afterEnvironment < 0) return undefined;
  const vector = words.slice(afterEnvironment + 1, afterEnvironment + 1 + MOST_WORDS);
  const end = endOf(vector);
  return end === undefined || end === 2 ? undefined : vector.slice(0, end);
}

function wordsOf(bytes: Uint8Array, size: number, littleEndian: boolean): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    size === 8 ? view.getBigUint64(i * size, littleEndian) : BigInt(view.getUint32(i * size, littleEndian)),
  );
}
