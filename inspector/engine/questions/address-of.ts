/** An address as the command and the view that edits take it. */
import { RefusalError } from "../../../tools/errors/refusal-error.js";
import { parseAddress } from "../../../tools/memory/address.js";
import type { Opened } from "../opened.js";

interface WrittenAddress {
  /** Number of the address space. */
  readonly space: number;
  /** The task whose registers count, if it has that address space; otherwise the first one that has it. */
  readonly pid: number | undefined;
  /** For example `0x8048000`, `[stack]+0x20` or `$sp-16`. */
  readonly text: string;
}

/**
 * The address that a text means.
 *
 * @throws {UsageError} (`bad-address`) when it means none
 * @throws {RefusalError} (`no-memory`) when no task has the address space
 */
export function addressOf({ memory, tasks }: Opened, { space, pid, text }: WrittenAddress): bigint {
  const process = memory.of(space);
  const users = tasks.filter((task) => task.objref("mm_objref") === space);
  const task = users.find((one) => one.pid === pid) ?? users[0];
  if (!process || !task) throw new RefusalError("no-memory", `no task has the address space ${space}`);
  return parseAddress(text, process, task);
}
