/** Names of views of the page that shows images, which `ckpt view --show` takes. */
import { hex } from "../image/hex.js";

/** The view of the bytes at an offset of the image. */
export function viewOfBytes(offset: number): string {
  return `view=hex&at=${hex(offset)}`;
}

/** The view of the mappings of an address space, by its object number. */
export function viewOfMappings(objref: number): string {
  return `view=maps&space=${objref}`;
}
