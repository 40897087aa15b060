/** Flags of an open file as CRIU passes them to open. */
import type { OpenFile } from "../../model/files.js";
import { u32 } from "../unsigned.js";

/** Bits that exist only in a kernel: it marks with them a file that is executed, and one that is not notified of. */
const INTERNAL = 0x20 | 0x1000000;

/** O_CREAT, O_EXCL, O_TRUNC: they count only when a file is opened for the first time. */
const CREATION = 0o100 | 0o200 | 0o1000;

/** The `O_` bits with which an open file of the image is opened again. */
export function openFlags(file: OpenFile): number {
  return u32((file.flags ?? 0) & ~(INTERNAL | CREATION));
}
