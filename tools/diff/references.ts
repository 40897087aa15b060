/** The bytes of a struct that hold object numbers, which differ between images with the same meaning. */
import { type BoundStruct, membersOf } from "../../runtime/index.js";
import { comparedMembers } from "./leaves.js";

/** Whether the bytes of two records of one struct are equal, apart from object numbers. */
export function isEqualButReferences(a: Uint8Array, b: Uint8Array, struct: BoundStruct | undefined): boolean {
  const references = struct && referenceBytes(struct);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && references?.[i] !== 1) return false;
  return true;
}

const known = new WeakMap<BoundStruct, Uint8Array>();

/** For each byte of a struct 1 if it belongs only to object numbers, otherwise 0. */
function referenceBytes(struct: BoundStruct): Uint8Array {
  let bytes = known.get(struct);
  if (!bytes) {
    bytes = new Uint8Array(struct.layout.size);
    for (const { offset, size, meaning } of membersOf(struct).plain)
      if (meaning.refers) bytes.fill(1, offset, offset + size);
    // In a union, the same bytes can have another meaning.
    for (const { offset, size } of comparedMembers(struct)) bytes.fill(0, offset, offset + size);
    known.set(struct, bytes);
  }
  return bytes;
}
