/** Made images with mappings that no kernel writes. */
import { MemorySource, openImage, type TreeNode } from "../../tools/image/index.js";
import { made, nodesOf, type Subject, setField } from "../memory/subjects.js";

export const ABI = "v21/x86_64";
export const PAGE = 4096n;

export function subject(options = {}): Subject {
  return made(ABI, { tasks: 1, plain: true, ...options });
}

export function reopened({ bytes }: Subject) {
  return openImage(new MemorySource(bytes), { abi: ABI });
}

/** Overwrites fields of consecutive mappings, beginning with the one with index `first`. */
export function setMappings(one: Subject, first: number, fields: readonly Readonly<Record<string, bigint>>[]): void {
  const vmas = nodesOf(one.image, "VMA");
  for (const [i, values] of fields.entries())
    for (const [path, value] of Object.entries(values)) setField(one, vmas[first + i] as TreeNode, path, value);
}

/** Mappings that all begin at the same address, each a page longer than the one before. */
export function nested(count: number): { vm_start: bigint; vm_end: bigint }[] {
  return Array.from({ length: count }, (_, i) => ({ vm_start: 0n, vm_end: BigInt(i + 1) * PAGE }));
}
