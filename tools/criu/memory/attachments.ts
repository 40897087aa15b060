/**
 * Attached segments of System V. CRIU attaches a segment as a whole and then changes the protection of parts of it, so it restores none of which a program
 * has unmapped a part.
 */
import type { ProcessMemory } from "../../memory/memory.js";
import type { Mapping } from "../../model/address-space.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

/** A segment and how far its mappings follow each other. */
interface Attachment {
  readonly first: Mapping;
  end: bigint;
}

/** Tells of segments that are not attached as a whole. */
export function refusePartialAttachments(passage: Passage, task: Task, memory: ProcessMemory): void {
  const pageSize = BigInt(passage.image.format.pageSize);
  const attachments: Attachment[] = [];
  const last = new Map<number, Attachment>();
  for (const mapping of memory.mappings) {
    if (!mapping.typeName?.startsWith("CKPT_VMA_SHM_IPC")) continue;
    const before = last.get(mapping.inodeObjref);
    const offset = mapping.pgoff * pageSize;
    if (before && offset !== 0n && before.end === mapping.start && before.first.start + offset === mapping.start) {
      before.end = mapping.end;
      continue;
    }
    const attachment = { first: mapping, end: mapping.end };
    attachments.push(attachment);
    last.set(mapping.inodeObjref, attachment);
  }
  for (const { first, end } of attachments) {
    const segment = passage.segments.systemV.get(first.inodeObjref);
    if (!segment) continue;
    const whole = ((segment.size + pageSize - 1n) / pageSize) * pageSize;
    if (first.pgoff !== 0n || end - first.start !== whole)
      passage.account.inTheWay({
        ...{ task, node: first.vma, record: "VMA", field: "vm_end", value: end },
        why: "only a part of the System V segment is attached, and CRIU attaches whole ones",
      });
  }
}
