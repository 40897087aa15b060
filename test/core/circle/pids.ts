/** The pid array of one process with its threads, and the table of pid objects of newer images. */

import { type ComposedRecord, structEncoder } from "../../../tools/write/index.js";
import type { Scene } from "../../make-image/scene.js";
import type { Thread } from "./process.js";

export function pidRecords(scene: Scene, threads: readonly Thread[], firstPid: number): Record<string, ComposedRecord> {
  const encode = structEncoder(scene.format, "ckpt_task_pids");
  const byObject = scene.hasRecord("PIDS");
  const first = threads[0]?.tid ?? 0;
  const entries = threads.map(({ tid }, i) =>
    // Session, process group and parent are outside the image.
    encode({ vpid: byObject ? firstPid + i : tid, vtgid: byObject ? firstPid : first, vppid: byObject ? 0 : 1 }),
  );
  return {
    PIDS: {
      fields: { nr_pids: threads.length, nr_vpids: 0, offset: scene.since("v23-rc2") ? firstPid : firstPid - 1 },
    },
    // Each entry has a depth, which is 0, and a number.
    pid_table: { payload: { of: "s32", elements: threads.flatMap(({ tid }) => [0, tid]) } },
    TREE: { fields: { nr_tasks: threads.length } },
    pids: { payload: Buffer.concat(entries), sums: { depth: 0 } },
    VPIDS: { fields: { nr_vpids: 0 } },
    vpids: { payload: { of: "s32", elements: [] } },
  };
}
