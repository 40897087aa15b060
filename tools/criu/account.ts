/** What a dump for CRIU makes up, what it loses, and what is in the way of it, with the places in the image. */
import { ConversionLog, type FactKind } from "../convert/report.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import type { Task } from "../model/tasks.js";

/** Where a fact is in the image, and what it concerns. */
export interface Fact {
  /** The task; undefined for what belongs to no single one. */
  readonly task?: Task | undefined;
  /** The record; by default that of the task. */
  readonly node?: TreeNode | undefined;
  /** Name of the record, e.g. `CPU_FPU`. */
  readonly record: string;
  /** Schema path of the field; undefined for a whole record. */
  readonly field?: string | undefined;
  readonly value?: unknown;
  /** Reason, as a sentence without a final dot. */
  readonly why: string;
}

/** The name that facts have in place of a boundary between versions. */
export const CRIU = "CRIU";

export class Account {
  readonly log: ConversionLog;

  /** @param examples number of places of each group that are listed */
  constructor(
    private readonly image: Image,
    examples?: number,
  ) {
    this.log = new ConversionLog(examples);
  }

  /** A value that CRIU needs and the image does not have. */
  madeUp(fact: Fact): void {
    this.add("inventions", fact);
  }

  /** State of the image that the restored processes do not have. */
  lost(fact: Fact): void {
    this.add("losses", fact);
  }

  /** State that CRIU cannot restore, and without which the processes make no sense. */
  inTheWay(fact: Fact): void {
    this.add("obstacles", fact);
  }

  /** Something that is kept, but that the user should know. */
  note(fact: Fact): void {
    this.add("notes", fact);
  }

  private add(kind: FactKind, { task, node, record, field, value, why }: Fact): void {
    const at = node ?? task?.section ?? this.image.root;
    const place = task === undefined ? undefined : `task ${task.pid}${task.name ? ` (${task.name})` : ""}`;
    this.log.add(kind, {
      ...{ boundary: CRIU, step: record, record, field, value, why, place },
      origin: { image: this.image, node: at },
    });
  }
}
