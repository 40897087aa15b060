/** Called while a long operation runs, with bytes done and bytes in total; the total is NaN where it is not known. */
export type Progress = (done: number, total: number) => void;
