/** Dumps for CRIU in memory. */
import { type DumpOptions, type DumpPlan, planDump } from "../../tools/criu/index.js";
import type { Image } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/sink.js";

export interface Dumped {
  readonly plan: DumpPlan;
  /** Contents of the files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The dump of an image, although something may be lost. */
export async function dumped(image: Image, options?: DumpOptions): Promise<Dumped> {
  const plan = planDump(image, options);
  const sinks = new Map<string, MemorySink>();
  await plan.write(
    {
      file(name) {
        const sink = new MemorySink();
        sinks.set(name, sink);
        return sink;
      },
    },
    { allowLoss: true },
  );
  return { plan, files: new Map([...sinks].map(([name, { bytes }]) => [name, bytes])) };
}
