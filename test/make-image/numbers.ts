/** Assigns numbers to shared objects in the order in which they are encountered. The pids of the tasks have consecutive ones. */

export interface Numbering {
  /** Number of the pid of the root task, where pids are objects. */
  readonly firstPid: number;
  next(): number;
}

/** The numbering of a checkpoint of a subtree: pids first, then consecutive numbers. */
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

/** Size of the groups in which numbers are permuted; one number of each is not used. */
const BLOCK = 16;

/** The numbering of a checkpoint of a container, which visits all tasks first: neither ascending nor without gaps, and pids are not first. */
export function scattered(pids: number): Numbering {
  const firstPid = BLOCK + 1;
  let met = 0;
  return {
    firstPid,
    next: () => {
      const block = Math.floor(met / (BLOCK - 1));
      // 7 and the size of the group are coprime, so every number of it occurs once.
      const within = ((met % (BLOCK - 1)) * 7) % BLOCK;
      met++;
      return within + 1 + block * BLOCK + (block > 0 ? pids : 0);
    },
  };
}
