/** Names of mappings: their file, or `[stack]`, `[heap]` and the like, by the rules of /proc/PID/maps in Linux 2.6.30 to 3.0. */
import type { Image } from "../image/image.js";
import type { AddressSpace, Mapping } from "../model/address-space.js";

/** Returns a function that names the mappings of one address space; undefined for memory without a name. */
export function mappingNames(image: Image, space: AddressSpace): (mapping: Mapping) => string | undefined {
  const context = space.object.find("MM_CONTEXT");
  const vdso = (context && image.fields(context).big("vdso")) || undefined;
  const heap = space.address("start_brk") || undefined;
  const brk = space.address("brk");
  const stack = space.address("start_stack") || undefined;
  return ({ typeName, path, start, end, inodeObjref }) => {
    if (path !== undefined) return path;
    if (typeName === "CKPT_VMA_VDSO" || start === vdso) return "[vdso]";
    if (inodeObjref !== 0) return `[shared ${inodeObjref}]`;
    if (heap !== undefined && brk !== undefined && start <= heap && end >= brk) return "[heap]";
    if (stack !== undefined && start <= stack && end >= stack) return "[stack]";
    return undefined;
  };
}
