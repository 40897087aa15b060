/** Errors in a part of a file, before their place in the text is looked up. */

/** Path from the root of a file to a part of it: keys and indexes. */
export type DataPath = readonly (string | number)[];

/** An error in a part of a file. */
export interface Complaint {
  readonly rule: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** An error at an offset of a text. */
export interface TextComplaint extends Complaint {
  /** Offset from the start of the text, in UTF-16 units. */
  readonly offset: number;
  /** Path of the part that contains it, if there is one. */
  readonly path?: DataPath;
}
