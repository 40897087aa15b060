/** The differences of two images, in the order of `ckpt diff`. */
import type { ChangeType, Difference, DifferenceKind } from "../../../tools/diff/difference.js";
import type { TaskName } from "../../../tools/model/sharing.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface DifferenceRow {
  /** Position among all differences. */
  readonly index: number;
  readonly kind: DifferenceKind;
  readonly change: ChangeType;
  readonly task: TaskName | undefined;
  readonly what: string;
  readonly fields: readonly {
    readonly field: string;
    readonly old: string | undefined;
    readonly new: string | undefined;
  }[];
  /** Number of pages and bytes that differ; undefined if it is no difference of bytes. */
  readonly bytes:
    | {
        readonly pages: { readonly added: number; readonly removed: number; readonly changed: number } | undefined;
        readonly changed: bigint;
      }
    | undefined;
}

/** Maximum number of differences of an answer. */
const MAX_DIFFERENCES = 1000;

/** Maximum number of fields that are listed of a difference. */
const MAX_FIELDS = 200;

export function differences(
  { comparison }: Opened,
  { from, count }: { readonly from: number; readonly count: number },
): DifferenceRow[] {
  const found = comparison?.differences(from, Math.min(count, MAX_DIFFERENCES)) ?? [];
  return found.map((difference, i) => rowOf(difference, from + i));
}

function rowOf({ kind, change, task, what, fields, bytes }: Difference, index: number): DifferenceRow {
  return {
    index,
    kind,
    change,
    task: task && { ...task, name: task.name === undefined ? undefined : shown(task.name) },
    what: shown(what),
    fields: fields.slice(0, MAX_FIELDS).map(({ field, old, new: current }) => ({
      field: shown(field),
      old: old === undefined ? undefined : shown(old),
      new: current === undefined ? undefined : shown(current),
    })),
    bytes: bytes && { pages: bytes.pages, changed: bytes.changed },
  };
}
