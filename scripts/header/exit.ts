/** Exit codes of the header commands. */
export const DONE = 0;
/** The headers differ, the schema has problems, or the import needs manual additions. */
export const DIFFERENT = 1;
export const USAGE = 2;
/** The input cannot be read: the headers are not valid C, or the schema is not text. */
export const BROKEN = 3;
/** The machine prevents it: the schema cannot be written, or there is no compiler. */
export const UNABLE = 4;
