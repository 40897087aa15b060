/** Makers of the entries of open files, by the C name of a `file_type`. */
import { makeEpoll } from "./epoll.js";
import { makeEventfd } from "./eventfd.js";
import type { FileMaker } from "./file-list.js";
import { makeFifo, makePipe } from "./pipe.js";
import { makeRegular } from "./regular.js";
import { makeSocket } from "./socket.js";
import { makeTerminal } from "./terminal.js";

export const MAKERS: ReadonlyMap<string, FileMaker> = new Map([
  ["CKPT_FILE_GENERIC", makeRegular],
  ["CKPT_FILE_PIPE", makePipe],
  ["CKPT_FILE_FIFO", makeFifo],
  ["CKPT_FILE_SOCKET", makeSocket],
  ["CKPT_FILE_TTY", makeTerminal],
  ["CKPT_FILE_EPOLL", makeEpoll],
  ["CKPT_FILE_EVENTFD", makeEventfd],
]);
