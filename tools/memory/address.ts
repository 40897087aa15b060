/** Parses addresses such as `0x8048000`, `[stack]+0x20`, `$sp-16`, `/bin/cat`. */
import { UsageError } from "../errors/usage-error.js";
import type { Task } from "../model/tasks.js";
import { mappingNames } from "./mapping-name.js";
import type { ProcessMemory } from "./memory.js";
import { registerOf } from "./registers.js";

/** @param reason why the text is not an address of the task */
function noAddress(text: string, reason: string): UsageError {
  const shown = JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text);
  return new UsageError("bad-address", `${shown} is not an address: ${reason}`);
}

/** Maximum number of characters that a message quotes. */
const MAX_QUOTED_LENGTH = 80;

const NUMBER = "0x[0-9a-f]+|\\d+";
const ADDRESS = new RegExp(`^(.+?)((?:[+-](?:${NUMBER}))*)$`, "i");
const OFFSETS = new RegExp(`[+-](?:${NUMBER})`, "gi");
const PLAIN = new RegExp(`^(?:${NUMBER})$`, "i");

/**
 * Parses an address.
 *
 * @param text a number, `$` and a register, or the name of a mapping, followed by terms to add or subtract
 * @throws {UsageError} (`bad-address`) when the text is not an address, or names something that the process does not have
 */
export function parseAddress(text: string, memory: ProcessMemory, task: Task): bigint {
  const [, base = "", offsets = ""] = ADDRESS.exec(text.trim()) ?? [];
  let address = baseAddress(text, base, memory, task);
  for (const [offset] of offsets.matchAll(OFFSETS)) {
    const distance = BigInt(offset.slice(1));
    address += offset.startsWith("-") ? -distance : distance;
  }
  const { bits } = memory.image.format.abi.target;
  if (address < 0n || address >= 1n << BigInt(bits)) throw noAddress(text, `addresses here have ${bits} bits`);
  return address;
}

/** Parses a number of bytes such as `256`, `0x1000` or `64K`; undefined if it is not one. */
export function parseLength(text: string): bigint | undefined {
  const [, number, unit = ""] = new RegExp(`^(${NUMBER})([kmg]?)$`, "i").exec(text) ?? [];
  return number === undefined ? undefined : BigInt(number) << BigInt(" kmg".indexOf(unit.toLowerCase() || " ") * 10);
}

function baseAddress(text: string, base: string, memory: ProcessMemory, task: Task): bigint {
  if (PLAIN.test(base)) return BigInt(base);
  if (base.startsWith("$")) {
    const value = registerOf(memory.image, task, base.slice(1));
    if (value === undefined) throw noAddress(text, `task ${task.pid} has no register ${base}; $sp and $ip are there`);
    return value;
  }
  const nameOf = mappingNames(memory.image, memory.space);
  const known = new Set<string>();
  for (const mapping of memory.mappings) {
    const name = nameOf(mapping);
    if (name === base) return mapping.start;
    if (name !== undefined && known.size < MAX_LISTED_MAPPINGS) known.add(name);
  }
  const names = known.size > 0 ? `, or a mapping: ${[...known].join(", ")}` : "";
  throw noAddress(text, `it is neither a number such as 0x8048000 nor a register such as $sp${names}`);
}

/** Maximum number of mapping names that a message lists. */
const MAX_LISTED_MAPPINGS = 6;
