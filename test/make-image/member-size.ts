/** How many bytes a member of a struct takes, which is more in some versions than in others. */
import { membersOf } from "../../runtime/index.js";
import type { ImageFormat } from "../../tools/image/index.js";

/** @param path names in the schema from the outside in, e.g. `termios.c_cc`; 0 where this version has no such member */
export function memberSize(format: ImageFormat, struct: string, path: string): number {
  const bound = format.struct(struct);
  return (bound && membersOf(bound).at(path)?.size) ?? 0;
}
