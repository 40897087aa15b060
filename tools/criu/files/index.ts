/** Makers of the entries of open files, by the C name of a `file_type`. */
import type { FileMaker } from "./file-list.js";
import { makeFifo, makePipe } from "./pipe.js";
import { makeRegular } from "./regular.js";

export const MAKERS: ReadonlyMap<string, FileMaker> = new Map([
  ["CKPT_FILE_GENERIC", makeRegular],
  ["CKPT_FILE_PIPE", makePipe],
  ["CKPT_FILE_FIFO", makeFifo],
]);
