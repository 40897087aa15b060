/** A mapping as CRIU has it: `vma_entry` with the bits of mmap and CRIU's own. Source of these: criu/include/image.h of CRIU 4.2. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { vma_entrySchema } from "../../../generated/criu/vma_pb.js";
import type { AddressSpace, Mapping } from "../../model/address-space.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

export type Vma = Exclude<MessageInitShape<typeof vma_entrySchema>, { $typeName: string }>;

/** Bits of `status`. */
export const AREA = {
  regular: 1 << 0,
  vdso: 1 << 3,
  heap: 1 << 5,
  filePrivate: 1 << 6,
  fileShared: 1 << 7,
  anonShared: 1 << 8,
  anonPrivate: 1 << 9,
  sysvIpc: 1 << 10,
  vvar: 1 << 12,
} as const;

/** Bits of mmap, equal on the architectures that CRIU restores these images on. */
export const MAP = {
  shared: 0x01,
  private: 0x02,
  anonymous: 0x20,
  growsDown: 0x100,
  locked: 0x2000,
  noReserve: 0x4000,
} as const;

/** PROT_READ, PROT_WRITE and PROT_EXEC are the three lowest bits of `vm_flags`. */
const PROTECTION = 7n;
const O_RDONLY = 0;
const O_RDWR = 2;
const WRITE = 2n;

/** Flags that madvise sets, with the number of the advice: bit n of `madv` is advice n. */
const ADVICE = [
  ["VM_RAND_READ", 1n],
  ["VM_SEQ_READ", 2n],
  ["VM_DONTCOPY", 10n],
] as const;

/** Number of addresses and offsets. */
const ADDRESSES = 1n << 64n;

/** Types whose offset means nothing. */
const ANONYMOUS: ReadonlySet<string> = new Set(["CKPT_VMA_ANON", "CKPT_VMA_VDSO"]);

/**
 * The mapping; undefined if CRIU cannot have it, which was told then. The code of the kernel in every process is not made here.
 *
 * @param task one that has the address space
 */
export function vmaOf(passage: Passage, task: Task, space: AddressSpace, mapping: Mapping): Vma | undefined {
  const { image, files, account, segments } = passage;
  const pageSize = BigInt(image.format.pageSize);
  const bit = (name: string) => {
    const value = image.format.constant(name);
    return !Number.isNaN(value) && (mapping.flags & BigInt(value)) !== 0n;
  };
  const offset = mapping.pgoff * pageSize;
  const isOdd = (mapping.start | mapping.end) % pageSize !== 0n;
  if (isOdd || (offset >= ADDRESSES && !ANONYMOUS.has(mapping.typeName ?? ""))) {
    account.inTheWay({
      ...{ task, node: mapping.vma, record: "VMA", field: isOdd ? "vm_start" : "vm_pgoff" },
      value: isOdd ? mapping.start : mapping.pgoff,
      why: isOdd ? "the mapping does not begin and end with pages" : "no file is so long",
    });
    return undefined;
  }
  const extra =
    (bit("VM_GROWSDOWN") ? MAP.growsDown : 0) |
    (bit("VM_LOCKED") ? MAP.locked : 0) |
    (bit("VM_NORESERVE") ? MAP.noReserve : 0);
  const madv = ADVICE.reduce((mask, [name, advice]) => (bit(name) ? mask | (1n << advice) : mask), 0n);
  const common = {
    ...{ start: mapping.start, end: mapping.end, prot: Number(mapping.flags & PROTECTION), fd: -1n },
    ...(madv !== 0n && { madv }),
  };
  const shared = (number: number, status: number) => ({
    ...common,
    ...{ pgoff: offset, shmid: BigInt(number) },
    ...{ status: AREA.regular | AREA.anonShared | status, flags: MAP.shared | MAP.anonymous | extra },
  });
  switch (mapping.typeName) {
    case "CKPT_VMA_FILE":
    case "CKPT_VMA_SHM_FILE": {
      const isShared = mapping.typeName === "CKPT_VMA_SHM_FILE";
      const file = files.of(mapping.fileObjref);
      return (
        file && {
          ...common,
          ...{ pgoff: offset, shmid: BigInt(file.id) },
          status: AREA.regular | (isShared ? AREA.fileShared : AREA.filePrivate),
          flags: (isShared ? MAP.shared : MAP.private) | extra,
          fdflags: isShared && (mapping.flags & WRITE) !== 0n ? O_RDWR : 0,
        }
      );
    }
    case "CKPT_VMA_ANON":
      return {
        ...common,
        ...{ pgoff: 0n, shmid: 0n, flags: MAP.private | MAP.anonymous | extra },
        status: AREA.regular | AREA.anonPrivate | (isHeap(space, mapping, pageSize) ? AREA.heap : 0),
      };
    case "CKPT_VMA_SHM_ANON":
    case "CKPT_VMA_SHM_ANON_SKIP":
      return shared(segments.anonymousOf(mapping.inodeObjref), 0);
    case "CKPT_VMA_SHM_IPC":
    case "CKPT_VMA_SHM_IPC_SKIP": {
      const segment = segments.systemV.get(mapping.inodeObjref);
      if (segment) return { ...shared(segment.id, AREA.sysvIpc), fdflags: bit("VM_MAYWRITE") ? O_RDWR : O_RDONLY };
      account.inTheWay({
        ...{ task, node: mapping.vma, record: "VMA", field: "ino_objref", value: mapping.inodeObjref },
        why: "the System V segment is not in the IPC namespace that CRIU restores",
      });
      return undefined;
    }
    default:
      account.inTheWay({
        ...{ task, node: mapping.vma, record: "VMA", field: "vma_type", value: mapping.typeName ?? mapping.type },
        why: mapping.typeName?.includes("HUGETLB")
          ? "the memory is made of huge pages, whose form in images is not known"
          : "mappings of this type are not known",
      });
      return undefined;
  }
}

/** Whether it is the memory that brk grows. */
function isHeap(space: AddressSpace, { start }: Mapping, pageSize: bigint): boolean {
  const begin = space.address("start_brk") ?? 0n;
  return begin !== 0n && start === (begin / pageSize) * pageSize && (space.address("brk") ?? 0n) > start;
}
