/** Called during a long operation with the bytes done and the total bytes; the total is NaN if it is not known. */
export type Progress = (done: number, total: number) => void;
