/** The forms of the data that the script of the pages loads. */

/** `data.js`, which every page loads. */
export interface ReferenceData {
  /** Versions, oldest first, with their architectures. */
  readonly versions: readonly (readonly [id: string, arches: readonly string[]])[];
  /** Architectures by preference: of those that a page describes, it shows the first one. */
  readonly arches: readonly string[];
}

/** `names.js`, which the search loads. */
export interface SearchData {
  /** Pages by number; entries refer to them. */
  readonly pages: readonly string[];
  readonly entries: readonly SearchEntry[];
}

/**
 * A name, what it is, the number of its page, and the anchor there, which is empty for the page as a whole. `numbers` are the numbers, values or
 * offsets that it has in any version, and `sizes` are in bytes. Numbers that JavaScript would round are texts.
 */
export type SearchEntry = readonly [
  name: string,
  kind: string,
  page: number,
  anchor?: string,
  numbers?: readonly SearchNumber[],
  sizes?: readonly number[],
];

export type SearchNumber = number | string;
