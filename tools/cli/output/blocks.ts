/** Prints several items below each other. */
import type { Streams } from "./streams.js";

export const NO_TASKS = "no tasks in this image";

/** Prints each item, with an empty line between them, or the line `none` if there are none. */
export function printBlocks<T>({ out }: Streams, things: Iterable<T>, none: string, print: (thing: T) => void): void {
  let count = 0;
  for (const thing of things) {
    if (count++ > 0) out.write("\n");
    print(thing);
  }
  if (count === 0) out.write(`${none}\n`);
}
