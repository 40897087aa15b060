/** What is said against a part of a file, before it has become a problem with its place. */

/** Steps from the root of a file to a part of it: keys and indexes. */
export type Path = readonly (string | number)[];

/** What a check says about a part of a file. */
export interface Complaint {
  readonly rule: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** A complaint about an offset of a text. */
export interface TextComplaint extends Complaint {
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  /** The part that it lies in, where there is one. */
  readonly path?: Path;
}
