/** Prints environments. */

import { oneLine } from "../../control-characters.js";
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { listEnvironments } from "../../start/list.js";
import type { ShownTasks } from "../frame/inspect.js";
import { printBlocks } from "../output/blocks.js";
import { printHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";

export function printEnvironments(
  image: Image,
  streams: Streams,
  { all, chosen }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const environments = listEnvironments(image, all, chosen);
  if (json) {
    writeJson(streams.out, environments);
    return;
  }
  printBlocks(streams, environments, "no address spaces", ({ tasks, environment, missing }) => {
    printHeading(streams, "environment", tasks);
    for (const text of environment) streams.out.write(`  ${oneLine(text)}\n`);
    if (missing) {
      const from = missing.address === undefined ? "" : `, from ${hex(missing.address)} on`;
      streams.out.write(
        `  (${environment.length > 0 ? "the rest is not there" : "not there"}${from}: ${oneLine(missing.why)})\n`,
      );
    } else if (environment.length === 0) streams.out.write("  (empty)\n");
  });
}
