/**
 * What a report shows of an image, and why. Counts, kinds of items and places of findings follow from the structure of the image, so they are always
 * shown. Values of fields in findings are shown only for the records in this list; in all others, numbers and texts are replaced.
 */

interface Shown {
  /** What the report shows, in words. */
  readonly what: string;
  /** Why a reader of the report needs it. */
  readonly why: string;
  /** Records, by name, whose field values findings show. */
  readonly records?: readonly string[];
}

export const SHOWN_VALUES: readonly Shown[] = [
  {
    what: "version, release, machine, revision, flags and time of the header, and sizes of arrays of the kernel",
    why: "they show which kernel wrote the image",
    records: ["HEADER"],
  },
  { what: "pids, groups, sessions, states, ends and waits of tasks", why: "messages of the kernel name tasks by them" },
  { what: "sizes of mappings and numbers of address spaces", why: "they show how large the tasks are" },
  { what: "words and small numbers of the kernel's own messages", why: "they show what went wrong" },
];

/** Whether findings about a record, e.g. `HEADER`, may show the values of its fields. False for a finding without a record. */
export function isShown(record: string | undefined): boolean {
  return record !== undefined && SHOWN_VALUES.some(({ records }) => records?.includes(record));
}
