/** Exit codes of the header commands. */
export const DONE = 0;
/** The headers differ, or the schema has problems. */
export const DIFFERENT = 1;
export const USAGE = 2;
/** The headers cannot be read. */
export const BROKEN = 3;
export const NO_COMPILER = 4;
