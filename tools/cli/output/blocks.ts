/** Things that are printed one below the other. */
import type { Streams } from "./streams.js";

export const NO_TASKS = "no tasks in this image";

/** Prints each thing, with an empty line between them, or one line when there is nothing. */
export function printBlocks<T>({ out }: Streams, things: Iterable<T>, none: string, print: (thing: T) => void): void {
  let count = 0;
  for (const thing of things) {
    if (count++ > 0) out.write("\n");
    print(thing);
  }
  if (count === 0) out.write(`${none}\n`);
}
