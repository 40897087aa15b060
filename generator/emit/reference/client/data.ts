/** The form of `data.js`, which the script of the pages loads. */
export interface ReferenceData {
  /** Versions, oldest first, with their architectures. */
  readonly versions: readonly (readonly [id: string, arches: readonly string[]])[];
  /** Architectures by preference: of those that a page describes, it shows the first one. */
  readonly arches: readonly string[];
  /** Pages by number; entries refer to them. */
  readonly pages: readonly string[];
  readonly entries: readonly SearchEntry[];
}

/** A name, what it is, the number of its page, and the anchor there. */
export type SearchEntry = readonly [name: string, kind: string, page: number, anchor?: string];
