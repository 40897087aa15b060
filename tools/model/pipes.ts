/** Pipes and fifos. They are not objects of the image: it has only the open files of their ends, and the unread bytes. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { OpenFile } from "./files.js";

export interface Pipe {
  /** Number that the ends share. */
  readonly objref: number;
  /** Object numbers of the open files that are its ends, in the order of the image. */
  readonly files: readonly number[];
  /** Unread bytes; undefined if the image ends before them. */
  readonly waiting: number | undefined;
}

/** All pipes and fifos by number. */
export function pipesOf(image: Image): Map<number, Pipe> {
  const pipes = new Map<number, { objref: number; files: number[]; waiting: number | undefined }>();
  for (const [objref, object] of image.objects) {
    if (object.rule !== "FILE") continue;
    const number = new OpenFile(image, objref, object).pipe;
    if (number === undefined) continue;
    const pipe = pipes.get(number) ?? { objref: number, files: [], waiting: undefined };
    pipes.set(number, pipe);
    pipe.files.push(objref);
    pipe.waiting ??= bytesOf(object);
  }
  return pipes;
}

/** The first file of a pipe has its contents: in a record, in older images after one. */
function bytesOf(file: TreeNode): number | undefined {
  const framed = file.find("PIPE_BUF")?.record?.payload;
  return framed ? framed.end - framed.start : file.find("FILE_PIPE")?.record?.rawLength;
}
