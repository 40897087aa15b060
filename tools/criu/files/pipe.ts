/** Pipes and fifos: an entry for each end, and the bytes that nobody has read yet once. */
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { pipe_data_entrySchema } from "../../../generated/criu/pipe-data_pb.js";
import { copyBytes } from "../../image/bytes/source.js";
import type { OpenFile } from "../../model/files.js";
import { textBytes } from "../../model/text-bytes.js";
import { u32 } from "../unsigned.js";
import type { FileContext, FileMaker } from "./file-list.js";
import { regular } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";

export const makePipe: FileMaker = (context, file) => {
  const pipeId = u32(file.pipe);
  addContents(context, file, "pipes-data", pipeId);
  return {
    type: fd_types.PIPE,
    id: file.objref,
    pipe: { id: file.objref, pipeId, flags: openFlags(file), fown: NOBODY },
  };
};

export const makeFifo: FileMaker = (context, file) => {
  const { account, list } = context;
  if (file.path === undefined) {
    account.inTheWay({ node: file.object, record: "FILE_NAME", why: `the fifo ${file.objref} has no path` });
    return undefined;
  }
  const pipeId = u32(file.pipe);
  addContents(context, file, "fifo-data", pipeId);
  const path = list.number();
  list.add(regular(path, textBytes(file.path), openFlags(file), 0n));
  return { type: fd_types.FIFO, id: file.objref, fifo: { id: file.objref, pipeId, regfId: path } };
};

/** Capacity of a pipe of Linux 2.6.35 and later, if nobody changed it; before, all pipes had it. */
const CAPACITY = 65536;

/** The contents are with the first end of a pipe in the image: in a record, in older versions after one. */
function addContents(
  { image, dump }: FileContext,
  { object }: OpenFile,
  name: "pipes-data" | "fifo-data",
  pipeId: number,
): void {
  const framed = object.find("PIPE_BUF")?.record?.payload;
  const record = framed ? undefined : object.find("FILE_PIPE")?.record;
  const raw = record && { start: record.end, end: record.end + (record.rawLength ?? 0) };
  const range = framed ?? raw;
  if (!range || range.end <= range.start) return;
  const size = range.end - range.start;
  const entry = { pipeId, bytes: size, size: CAPACITY };
  dump.add(name, name, pipe_data_entrySchema, entry, copyBytes(image.source, range.start, size));
}
