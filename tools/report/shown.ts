/**
 * What a report shows of an image, and why. Counts and kinds of items and the places of findings follow from the structure of the image. The value of
 * a field in a finding is shown only if the field is in this list.
 */

export interface Shown {
  /** What the entry is. */
  readonly what: string;
  /** What the entry is needed for. */
  readonly why: string;
  /** Names of records, or of records and fields, whose values are shown in findings. */
  readonly fields?: readonly string[];
}

export const SHOWN: readonly Shown[] = [
  {
    what: "version, release, machine, revision, flags and time of the header, and sizes of arrays of the kernel",
    why: "they show which kernel wrote the image",
    fields: ["HEADER"],
  },
  { what: "pids, groups, sessions, states, ends and waits of tasks", why: "messages of the kernel name tasks by them" },
  { what: "sizes of mappings and numbers of address spaces", why: "they show how large the tasks are" },
  { what: "words and small numbers of the kernel's own messages", why: "they show what went wrong" },
];

/** Whether a finding may show the value of a field, e.g. `HEADER` and `major`. */
export function isShown(record: string | undefined): boolean {
  return record !== undefined && SHOWN.some(({ fields }) => fields?.includes(record));
}
