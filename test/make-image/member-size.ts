/** Size of a member of a struct in bytes, which depends on the version. */
import { membersOf } from "../../runtime/index.js";
import type { ImageFormat } from "../../tools/image/index.js";

/**
 * Size of a member.
 *
 * @param path names in the schema from the outside in, e.g. `termios.c_cc`; 0 where this version lacks the member
 */
export function memberSize(format: ImageFormat, struct: string, path: string): number {
  const bound = format.struct(struct);
  return (bound && membersOf(bound).at(path)?.size) ?? 0;
}
