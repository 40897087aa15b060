/** Exit codes of the header commands. */
export const DONE = 0;
/** The headers differ, the schema has problems, or a person has to write what an import cannot. */
export const DIFFERENT = 1;
export const USAGE = 2;
/** The input cannot be read: headers that are no C, a schema that is no text. */
export const BROKEN = 3;
/** The machine does not let it: the schema cannot be written, or there is no compiler. */
export const UNABLE = 4;
