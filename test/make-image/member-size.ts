/** How many bytes a member of a struct takes, which is more in some versions than in others. */
import type { MemberDescriptor } from "../../runtime/index.js";
import type { ImageFormat } from "../../tools/image/index.js";

/** @param path names in the schema from the outside in, e.g. `termios.c_cc`; 0 where this version has no such member */
export function memberSize(format: ImageFormat, struct: string, path: string): number {
  let members: readonly MemberDescriptor[] = format.struct(struct)?.layout.members ?? [];
  let size = 0;
  for (const name of path.split(".")) {
    const member = members.find((candidate) => (candidate.key ?? candidate.name) === name);
    size = member?.size ?? 0;
    members = member?.members ?? [];
  }
  return size;
}
