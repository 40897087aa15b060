/** Arguments and environment of a program, from its memory: NUL-terminated texts at the top of the stack. The program may have changed them. */

import { decodeEscaped } from "../../runtime/index.js";
import { copyBytes } from "../image/bytes/source.js";
import type { Extent, ProcessMemory } from "../memory/memory.js";

export interface Strings {
  /** Bytes that are not UTF-8 are lone surrogates. */
  readonly texts: readonly string[];
  /** Why some or all of it is missing; undefined if it is complete. */
  readonly missing: Missing | undefined;
}

export interface Missing {
  /** Address from which on the bytes are missing; undefined if the image does not contain the address of the texts. */
  readonly address: bigint | undefined;
  readonly why: string;
}

/** Maximum size in bytes that kernels accept: a quarter of the usual stack limit. */
const MAX_STRING_BYTES = 2 * 1024 * 1024;

/**
 * The arguments, as in `/proc/PID/cmdline`: a program that overwrote the end of its arguments to show a title has one text, which may extend into its
 * environment.
 *
 * @param most maximum number of bytes to read
 */
export function argumentsOf(memory: ProcessMemory, most = MAX_STRING_BYTES): Strings {
  const area = readArea(memory, "arg_start", "arg_end", most);
  const { bytes, missing } = area;
  if (missing || bytes.length === 0 || bytes.at(-1) === 0) return strings(area);
  const end = bytes.indexOf(0);
  if (end >= 0) return strings({ bytes: bytes.subarray(0, end), missing });
  const more = readArea(memory, "env_start", "env_end", most - bytes.length).bytes;
  const rest = more.subarray(0, Math.max(0, more.indexOf(0)));
  return { texts: [decodeEscaped(joined([bytes, rest]))], missing };
}

/** The environment, as `NAME=value`. Empty texts, which programs leave where they removed variables, are omitted. */
export function environmentOf(memory: ProcessMemory, most = MAX_STRING_BYTES): Strings {
  const { texts, missing } = strings(readArea(memory, "env_start", "env_end", most));
  return { texts: texts.filter((text) => text !== ""), missing };
}

interface StringArea {
  readonly bytes: Uint8Array;
  readonly missing: Missing | undefined;
}

function strings({ bytes, missing }: StringArea): Strings {
  const texts: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    texts.push(decodeEscaped(bytes.subarray(start, end)));
    start = end + 1;
  }
  return { texts, missing };
}

/** The first bytes between two addresses of the MM record, up to the first that the image lacks. */
function readArea(memory: ProcessMemory, from: string, to: string, most: number): StringArea {
  const { space, image } = memory;
  const start = space.address(from);
  const end = space.address(to);
  if (start === undefined || end === undefined) return none(undefined, "the image ends before its addresses");
  if (start === 0n && end === 0n) return none(undefined, "the kernel gave no addresses of it");
  const parts: Uint8Array[] = [];
  let length = 0;
  const stopped = (missing: Missing | undefined): StringArea => ({ bytes: joined(parts), missing });
  for (const extent of memory.extents(start, end)) {
    const { backing, start: address } = extent;
    if (backing.kind !== "image" || extent.mapping?.inodeObjref !== 0)
      return stopped({ address, why: whyUnreadable(extent) });
    const left = extent.end - address;
    const size = left < BigInt(most - length) ? Number(left) : most - length;
    parts.push(copyBytes(image.source, backing.offset, size));
    length += size;
    if (BigInt(size) < left)
      return stopped({ address: address + BigInt(size), why: `it is longer than ${most} bytes, and cut off there` });
  }
  return stopped(undefined);
}

/** The texts are in private memory that was written to, so every image has them unless they were removed. */
function whyUnreadable({ backing }: Extent): string {
  switch (backing.kind) {
    case "unmapped":
      return "no memory is mapped there";
    case "zero":
      return "its pages are not in the image";
    case "file":
      return `it is left in the file ${backing.path ?? "that is mapped there"}`;
    case "unknown":
      return backing.why;
    case "image":
      return "it is in shared memory, where no kernel puts it";
  }
}

function none(address: bigint | undefined, why: string): StringArea {
  return { bytes: new Uint8Array(), missing: { address, why } };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
