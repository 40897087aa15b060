/** The descriptors that share open files. */
import { listFileTables } from "../../../tools/inspect/fds.js";
import type { Opened } from "../opened.js";

/** Maximum number of tasks that are named for each file and number. */
const MAX_NAMED = 16;

/** For each open file that several descriptors share, these descriptors: `fd 3 of 226, 227; fd 7 of 226`. */
export function sharers({ image, tasks }: Opened, _: null): Map<number, string> {
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
  return new Map([...files].map(([objref, numbers]) => [objref, textOf(numbers)]));
}

/** @param numbers pids by the number of the descriptor */
function textOf(numbers: ReadonlyMap<number, readonly number[]>): string {
  const texts = [...numbers].slice(0, MAX_NAMED).map(([number, pids]) => {
    const more = pids.length > MAX_NAMED ? " and more" : "";
    return `fd ${number} of ${pids.slice(0, MAX_NAMED).join(", ")}${more}`;
  });
  return texts.join("; ") + (numbers.size > MAX_NAMED ? "; and more" : "");
}
