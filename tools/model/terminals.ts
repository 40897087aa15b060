/** Pseudo-terminals. */
import type { Image } from "../image/image.js";
import { enumeratorName } from "./enum-names.js";

export interface Terminal {
  readonly objref: number;
  /** Number of the pair, as in `/dev/pts/3`. */
  readonly index: number;
  /** C name of the side, `PTY_TYPE_MASTER` or `PTY_TYPE_SLAVE`; undefined for an unknown number. */
  readonly side: string | undefined;
}

/** The terminal with that number; undefined if the image has none. */
export function terminalOf(image: Image, objref: number | undefined): Terminal | undefined {
  const record = image.object(objref, "TTY")?.find("TTY");
  if (!record) return undefined;
  const fields = image.fields(record);
  const index = fields.number("index");
  const side = fields.number("driver_subtype");
  if (index === undefined || side === undefined) return undefined;
  return { objref: objref as number, index, side: enumeratorName(image.format.abi, "tty_driver_subtype", side) };
}
