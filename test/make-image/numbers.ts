/** The numbers of shared objects in the order in which the objects are met. The pids of the tasks have consecutive ones. */

export interface Numbering {
  /** Of the pid of the root task, where pids are objects. */
  readonly firstPid: number;
  next(): number;
}

/** As a checkpoint of a subtree hands them out: pids first, then one after the other. */
export function ascending(pids: number): Numbering {
  let last = pids;
  return {
    firstPid: 1,
    next: () => {
      last++;
      return last;
    },
  };
}

/** Numbers that change places with each other, and one of them that nobody gets. */
const BLOCK = 16;

/**
 * As a checkpoint of a container does, which has walked over all tasks before: neither ascending nor without gaps, and pids are not the
 * first.
 */
export function scattered(pids: number): Numbering {
  const firstPid = BLOCK + 1;
  let met = 0;
  return {
    firstPid,
    next: () => {
      const block = Math.floor(met / (BLOCK - 1));
      // 7 has no factor in common with the block, so every number of it comes once.
      const within = ((met % (BLOCK - 1)) * 7) % BLOCK;
      met++;
      return within + 1 + block * BLOCK + (block > 0 ? pids : 0);
    },
  };
}
