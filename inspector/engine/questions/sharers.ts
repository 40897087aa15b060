/** The descriptors that share open files. */
import { listFileTables } from "../../../tools/inspect/fds.js";
import type { Opened } from "../opened.js";

/** A descriptor of some tasks. */
export interface SharingDescriptor {
  readonly number: number;
  /** Pids, at most {@link MAX_NAMED}. Several processes can have one file table. */
  readonly pids: readonly number[];
  readonly hasMore: boolean;
}

export interface Sharers {
  readonly descriptors: readonly SharingDescriptor[];
  readonly hasMore: boolean;
}

/** Maximum number of tasks that are named for each file and number. */
const MAX_NAMED = 16;

/** The descriptors by the object number of their open file, for files that several descriptors share. */
export function sharers({ image, tasks }: Opened, _: null): Map<number, Sharers> {
  const files = new Map<number, Map<number, number[]>>();
  for (const { tasks: users, descriptors } of listFileTables(image, tasks)) {
    const pids = users.filter(({ isThread }) => !isThread).map(({ pid }) => pid);
    for (const { number, objref, sharers } of descriptors) {
      if (sharers < 2) continue;
      const numbers = files.get(objref) ?? new Map<number, number[]>();
      files.set(objref, numbers);
      const known = numbers.get(number) ?? [];
      numbers.set(number, known);
      // One more than is named, to say that there are more.
      if (known.length <= MAX_NAMED) known.push(...pids.slice(0, MAX_NAMED + 1));
    }
  }
  return new Map([...files].map(([objref, numbers]) => [objref, sharersOf(numbers)]));
}

/** @param numbers pids by the number of the descriptor */
function sharersOf(numbers: ReadonlyMap<number, readonly number[]>): Sharers {
  const descriptors = [...numbers].slice(0, MAX_NAMED).map(([number, pids]) => ({
    number,
    pids: pids.slice(0, MAX_NAMED),
    hasMore: pids.length > MAX_NAMED,
  }));
  return { descriptors, hasMore: numbers.size > MAX_NAMED };
}
