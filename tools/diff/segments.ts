/** Compares System V segments that no task has mapped: their pages have no addresses, so they are compared by offset. */

import type { TreeNode } from "../image/tree.js";
import type { ReadableMemory } from "../memory/memory.js";
import type { IpcMember } from "../model/ipc-members.js";
import type { TaskName } from "../model/sharing.js";
import type { Difference } from "./difference.js";
import { compareHugePages } from "./huge-pages.js";
import { comparePages } from "./pages.js";
import type { Pass } from "./pass.js";
import type { Side } from "./side.js";

export function* compareSegmentPages(
  pass: Pass,
  a: IpcMember,
  b: IpcMember,
  what: string,
  task: TaskName,
): Generator<Difference, void, void> {
  const { setting } = pass;
  const [huge, others] = [a, b].map(({ following }) => following.find(({ rule }) => rule === "huge_pages"));
  yield* compareHugePages(pass, huge, others, what, task);
  const [one, other] = [segmentIn(pass.a, a), segmentIn(pass.b, b)];
  if (!setting.memory || !one || !other) return;
  const area = { startA: 0n, startB: 0n, length: one.size < other.size ? one.size : other.size };
  if (!pass.meetSegment(one.inode, other.inode, 0n, area.length)) return;
  const place = ["segment", a.record.index, b.record.index].join();
  const bytes = setting.pages.find(place, () => comparePages(one.memory, other.memory, area, setting.watcher));
  if (bytes) yield { kind: "pages", change: "changed", task, what, fields: [], bytes };
}

interface WholeSegment {
  readonly inode: number;
  /** Size in bytes. */
  readonly size: bigint;
  readonly memory: ReadableMemory;
}

/** The memory of a segment; undefined for huge pages, whose form in images is not known. */
function segmentIn(side: Side, { record, following }: IpcMember): WholeSegment | undefined {
  const { image } = side;
  const contents = following.find(({ rule }) => rule === "contents");
  const fields = image.fields(record);
  const size = fields.big("shm_segsz");
  if (!contents || size === undefined || side.isCut(contents)) return undefined;
  return { inode: fields.number("objref") ?? 0, size: pagesUp(side, size), memory: memoryOf(side, contents) };
}

function pagesUp({ image }: Side, size: bigint): bigint {
  const page = BigInt(image.format.pageSize);
  return ((size + page - 1n) / page) * page;
}

/** The pages of a segment by their offsets. */
function memoryOf({ image, memory }: Side, contents: TreeNode): ReadableMemory {
  const page = BigInt(image.format.pageSize);
  return {
    image,
    *extents(start, end) {
      let at = start;
      for (const run of memory
        .pages(contents, "indexes")
        .runs(Number(start / page), Number((end + page - 1n) / page))) {
        const from = BigInt(run.page) * page;
        const to = from + BigInt(run.count) * page;
        if (at < from) yield { start: at, end: from, backing: memory.missing };
        const begin = from > at ? from : at;
        const finish = to < end ? to : end;
        const backing = { kind: "image", offset: run.offset + Number(begin - from) } as const;
        if (begin < finish) yield { start: begin, end: finish, backing };
        at = finish;
      }
      if (at < end) yield { start: at, end, backing: memory.missing };
    },
  };
}
