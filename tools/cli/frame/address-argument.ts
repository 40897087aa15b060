/** Addresses and bytes as arguments: what makes no sense is the user's mistake. */

import { UsageError } from "../../errors/usage-error.js";
import type { ImageFormat } from "../../image/abi/format.js";
import { AddressError, parseAddress } from "../../memory/address.js";
import { ByteTextError, parseBytes } from "../../memory/byte-text.js";
import type { ProcessMemory } from "../../memory/memory.js";
import { type Pattern, parsePattern } from "../../memory/pattern.js";
import type { Task } from "../../model/tasks.js";

/** @throws {UsageError} */
export function addressOf(text: string, memory: ProcessMemory, task: Task): bigint {
  return asUsage(() => parseAddress(text, memory, task));
}

/** @throws {UsageError} */
export function bytesOf(text: string, format: ImageFormat): Uint8Array {
  return asUsage(() => parseBytes(text, format));
}

/** @throws {UsageError} */
export function patternOf(text: string, format: ImageFormat): Pattern {
  return asUsage(() => parsePattern(text, format));
}

function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof AddressError || error instanceof ByteTextError) throw new UsageError(error.message);
    throw error;
  }
}
