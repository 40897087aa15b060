/**
 * What a report shows of an image, and why. Counts of things, their kinds and the places of findings follow from the structure of the image. A
 * value of a field that a finding is about is shown only if the field is in this list.
 */

export interface Shown {
  /** What it is. */
  readonly what: string;
  /** What it is needed for. */
  readonly why: string;
  /** Names of records or records and fields whose values findings show. */
  readonly fields?: readonly string[];
}

export const SHOWN: readonly Shown[] = [
  {
    what: "version, release, machine, revision, flags and time of the header, and sizes of arrays of the kernel",
    why: "they tell which kernel wrote the image",
    fields: ["HEADER"],
  },
  { what: "pids, groups, sessions, states, ends and waits of tasks", why: "messages of the kernel name tasks by them" },
  { what: "sizes of mappings and numbers of address spaces", why: "they tell how large the tasks are" },
  { what: "words and small numbers of the kernel's own messages", why: "they tell what went wrong" },
];

/** Whether a finding may show what it found in a field, e.g. `HEADER` and `major`. */
export function isShown(record: string | undefined): boolean {
  return record !== undefined && SHOWN.some(({ fields }) => fields?.includes(record));
}
