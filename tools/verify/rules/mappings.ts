/** Mappings: their ranges, order, kinds, objects and flags. */
import { hex } from "../../image/hex.js";
import { NumberIndex } from "../../image/number-index.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";
import { userSpaceOf } from "../user-space.js";

/** What a kind of mapping refers to. Kinds with huge pages are omitted, because their form is not known. */
interface MappingKind {
  readonly hasFile: boolean;
  readonly hasInode: boolean;
  readonly isShared?: boolean;
  /** Whether the segment must be new, or must have been introduced before. */
  readonly segment?: "new" | "known";
}

interface NamedKind extends MappingKind {
  readonly name: string;
}

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

const KINDS: Readonly<Record<string, MappingKind>> = {
  CKPT_VMA_VDSO: { hasFile: false, hasInode: false },
  CKPT_VMA_ANON: { hasFile: false, hasInode: false, isShared: false },
  CKPT_VMA_FILE: { hasFile: true, hasInode: false, isShared: false },
  CKPT_VMA_SHM_ANON: { hasFile: false, hasInode: true, isShared: true, segment: "new" },
  CKPT_VMA_SHM_ANON_SKIP: { hasFile: false, hasInode: true, isShared: true, segment: "known" },
  CKPT_VMA_SHM_FILE: { hasFile: true, hasInode: true, isShared: true },
  CKPT_VMA_SHM_IPC_SKIP: { hasFile: false, hasInode: true, isShared: true, segment: "known" },
};

const NEVER_WRITTEN: readonly string[] = ["CKPT_VMA_IGNORE", "CKPT_VMA_SHM_IPC"];

const HUGE: readonly string[] = ["CKPT_VMA_HUGETLB", "CKPT_VMA_HUGETLB_SKIP"];

/** Flags with which a mapping makes the checkpoint fail. */
const REFUSED: readonly string[] = [
  ...["VM_IO", "VM_NONLINEAR", "VM_PFNMAP", "VM_RESERVED", "VM_NORESERVE", "VM_INSERTPAGE", "VM_MIXEDMAP", "VM_SAO"],
  "VM_MAPPED_COPY",
];

/** Permissions with the flag that each requires: mprotect refuses others. */
const PERMITTED: readonly (readonly [flag: string, needed: string])[] = [
  ["VM_READ", "VM_MAYREAD"],
  ["VM_WRITE", "VM_MAYWRITE"],
  ["VM_EXEC", "VM_MAYEXEC"],
  ["VM_SHARED", "VM_MAYSHARE"],
];

export const mappings = inspector(
  {
    "vma-range": ["refused", "A mapping begins before it ends."],
    "vma-alignment": ["refused", "Mappings begin and end at the start of a page."],
    "vma-order": ["refused", "The mappings of an address space ascend and do not overlap."],
    "vma-kind": ["refused", "No mapping is of a kind that kernels never write."],
    "vma-objects": ["refused", "A mapping refers to a file and a segment as its kind has them."],
    "vma-segment": [
      "doubtful",
      "A shared segment comes with its first mapping, or with System V IPC, and is only referred to afterwards.",
    ],
    "vma-shared": [
      "doubtful",
      "Mappings of a shared kind have the flag VM_SHARED or VM_MAYSHARE, private ones do not have VM_SHARED, and anonymous private ones have neither.",
    ],
    "vma-permissions": [
      "doubtful",
      "A mapping has no permission without the flag by which it may have it, such as VM_READ without VM_MAYREAD.",
    ],
    "vma-refused": ["refused", "No mapping has flags with which a checkpoint fails."],
    "vma-huge": ["doubtful", "Only mappings of huge pages state the size of huge pages."],
    "segment-size": ["doubtful", "A shared anonymous segment is not empty, and not longer than shared memory can be."],
    "vma-user-space": ["refused", "Mappings lie in user space."],
    "vma-offset": ["refused", "A mapping shows no part of a file that lies beyond the longest file."],
  },
  ({ format }, { wrong }) => {
    const pageSize = BigInt(format.pageSize);
    const kinds = new Map(Object.entries(KINDS).map(([name, kind]) => [format.constant(name), { name, ...kind }]));
    const never = NEVER_WRITTEN.map((name) => format.constant(name));
    const huge = HUGE.map((name) => format.constant(name));
    const bits = (...names: string[]) => names.reduce((all, name) => all | BigInt(format.constant(name) || 0), 0n);
    const [shared, mayShare] = [bits("VM_SHARED"), bits("VM_MAYSHARE")];
    const permitted = PERMITTED.map(([flag, needed]) => ({ flag, needed, bit: bits(flag), allowing: bits(needed) }));
    const refused = bits(...REFUSED, ...(huge.every(Number.isNaN) ? ["VM_HUGETLB"] : []));
    const vdso = format.constant("CKPT_VMA_VDSO");
    const userSpace = userSpaceOf(format);
    const longestFile = format.abi.constant("MAX_LFS_FILESIZE");
    const longestSegment = format.abi.constant("SHMEM_MAX_BYTES");
    /** End of the last mapping of each open address space, innermost last. */
    const ends: bigint[] = [];
    const segments = new NumberIndex();

    return {
      enter: { MM: () => ends.push(0n) },
      leave: { MM: () => ends.pop() },
      records: {
        VMA(view) {
          const range = { start: view.big("vm_start") ?? 0n, end: view.big("vm_end") ?? 0n };
          checkAlignment(view, range);
          checkOrder(view, range);
          checkUserSpace(view, range);
          checkOffset(view, range);
          const type = view.number("vma_type") ?? 0;
          if (never.includes(type)) wrong("vma-kind", view, "vma_type", "a kind that kernels write");
          checkHugePages(view, type);
          const kind = kinds.get(type);
          if (kind) checkObjects(view, kind);
          if (kind?.segment) checkSegment(view, kind);
          const flags = view.big("vm_flags") ?? 0n;
          const barred = flags & refused;
          if (barred !== 0n && type !== vdso)
            wrong("vma-refused", view, "vm_flags", `none of ${hex(refused)}`, hex(barred));
          checkPermissions(view, flags);
          if (kind) checkSharing(view, kind, flags);
        },
        IPC_SHM: (view) => segments.add(view.number("objref") ?? 0),
      },
    };

    function checkAlignment(view: RecordView, { start, end }: Range): void {
      const expected = `a multiple of the page size ${pageSize}`;
      if (start % pageSize !== 0n) wrong("vma-alignment", view, "vm_start", expected, hex(start));
      if (end % pageSize !== 0n) wrong("vma-alignment", view, "vm_end", expected, hex(end));
    }

    function checkOrder(view: RecordView, { start, end }: Range): void {
      if (end <= start) wrong("vma-range", view, "vm_end", `more than ${hex(start)}`, hex(end));
      const before = ends.at(-1) ?? 0n;
      if (start < before)
        wrong("vma-order", view, "vm_start", `at least ${hex(before)}, the end of the mapping before`, hex(start));
      if (ends.length > 0 && end > before) ends[ends.length - 1] = end;
    }

    function checkUserSpace(view: RecordView, { end }: Range): void {
      if (userSpace.hasEnd(end) && !(userSpace.isGate(end - 1n) && view.number("vma_type") !== vdso)) return;
      wrong("vma-user-space", view, "vm_end", `at most ${hex(userSpace.end)}`, hex(end));
    }

    function checkOffset(view: RecordView, { start, end }: Range): void {
      const offset = view.big("vm_pgoff") ?? 0n;
      if (longestFile === undefined || offset * pageSize + (end - start) <= BigInt(longestFile) + 1n) return;
      const expected = `at most ${hex(BigInt(longestFile) / pageSize)} pages with those of the mapping`;
      wrong("vma-offset", view, "vm_pgoff", expected, hex(offset));
    }

    function checkHugePages(view: RecordView, type: number): void {
      if ((view.number("hugetlb_shift") ?? 0) !== 0 && !huge.includes(type))
        wrong("vma-huge", view, "hugetlb_shift", "0 in a mapping of ordinary pages");
    }

    function checkObjects(view: RecordView, { name, hasFile, hasInode }: NamedKind): void {
      for (const [field, isThere] of [
        ["vma_objref", hasFile],
        ["ino_objref", hasInode],
      ] as const)
        if (((view.number(field) ?? 0) !== 0) !== isThere)
          wrong("vma-objects", view, field, isThere ? `a number, as ${name} has one` : `0, as ${name} has none`);
    }

    function checkSegment(view: RecordView, { name, segment }: NamedKind): void {
      const inode = view.number("ino_objref") ?? 0;
      if (inode <= 0) return;
      const isNew = segments.add(inode);
      if (isNew !== (segment === "new")) {
        const found = `${inode}, which ${isNew ? "did not come before" : "came before"}`;
        wrong("vma-segment", view, "ino_objref", `a segment that is ${segment} here, as ${name} says`, found);
      }
      const size = view.big("ino_size") ?? 0n;
      if (size === 0n) wrong("segment-size", view, "ino_size", "the size of the segment", "0");
      if (longestSegment !== undefined && size > BigInt(longestSegment))
        wrong("segment-size", view, "ino_size", `at most ${longestSegment}`);
    }

    function checkPermissions(view: RecordView, flags: bigint): void {
      for (const { flag, bit, needed, allowing } of permitted)
        if ((flags & bit) !== 0n && (flags & allowing) === 0n)
          wrong("vma-permissions", view, "vm_flags", `${needed} (${hex(allowing)}) with ${flag}`, hex(flags));
    }

    function checkSharing(view: RecordView, { name, isShared, hasFile }: NamedKind, flags: bigint): void {
      const either = shared | mayShare;
      if (isShared === true && (flags & either) === 0n)
        wrong("vma-shared", view, "vm_flags", `a bit of ${hex(either)} in ${name}`, hex(flags));
      // A file that is mapped shared and read-only has only VM_MAYSHARE.
      const barred = hasFile ? shared : either;
      if (isShared === false && (flags & barred) !== 0n)
        wrong("vma-shared", view, "vm_flags", `no bit of ${hex(barred)} in ${name}`, hex(flags));
    }
  },
);
