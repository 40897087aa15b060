/** Mappings: their ranges, order, kinds, objects and flags. */
import { hex } from "../../image/hex.js";
import { NumberIndex } from "../../image/number-index.js";
import { type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { userSpaceOf } from "../user-space.js";
import { lowWord } from "../words.js";

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

/** An address or a number of pages or bytes: a number if that is exact, else a bigint. */
type Exact = number | bigint;

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

export class MappingRules extends inspection({
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
}) {
  private readonly pageSize = this.format.pageSize;
  private readonly wholePages = `a multiple of the page size ${this.pageSize}`;
  private readonly kinds = new Map(
    Object.entries(KINDS).map(([name, kind]) => [this.format.constant(name), { name, ...kind }]),
  );
  private readonly never = NEVER_WRITTEN.map((name) => this.format.constant(name));
  private readonly huge = HUGE.map((name) => this.format.constant(name));
  private readonly shared = this.bits("VM_SHARED");
  private readonly sharedOrMayBe = this.bits("VM_SHARED", "VM_MAYSHARE");
  private readonly permitted = PERMITTED.map(([flag, needed]) => ({
    flag,
    needed,
    bit: this.bits(flag),
    allowing: this.bits(needed),
  }));
  private readonly refused = this.bits(...REFUSED, ...(this.huge.every(Number.isNaN) ? ["VM_HUGETLB"] : []));
  private readonly vdso = this.format.constant("CKPT_VMA_VDSO");
  private readonly userSpace = userSpaceOf(this.format);
  private readonly endOfFiles = this.longestFile();
  private readonly longestSegment = this.format.abi.constant("SHMEM_MAX_BYTES");
  /** End of the last mapping of each open address space, innermost last. */
  private readonly ends: Exact[] = [];
  private readonly segments = new NumberIndex();

  readonly enter: FrameHandlers = { MM: () => this.ends.push(0) };
  readonly leave: FrameHandlers = { MM: () => this.ends.pop() };
  readonly records: RecordHandlers = {
    VMA: (view) => this.checkMapping(view),
    IPC_SHM: (view) => this.segments.add(view.number("objref") ?? 0),
  };

  private checkMapping(view: RecordView): void {
    const start = view.exact("vm_start");
    const end = view.exact("vm_end");
    this.vmaAlignment(view, start, end);
    this.vmaRange(view, start, end);
    this.vmaOrder(view, start, end);
    this.vmaUserSpace(view, end);
    this.vmaOffset(view, start, end);
    const type = view.number("vma_type") ?? 0;
    this.vmaKind(view, type);
    this.vmaHuge(view, type);
    const kind = this.kinds.get(type);
    if (kind) this.vmaObjects(view, kind);
    const inode = view.number("ino_objref") ?? 0;
    if (kind?.segment && inode > 0) {
      this.vmaSegment(view, kind, inode);
      this.segmentSize(view);
    }
    const flags = view.exact("vm_flags");
    this.vmaRefused(view, type, flags);
    this.vmaPermissions(view, flags);
    if (kind) this.vmaShared(view, kind, flags);
  }

  private vmaAlignment(view: RecordView, start: Exact, end: Exact): void {
    const { pageSize, wholePages } = this;
    if (lowWord(start) % pageSize !== 0) this.wrong("vma-alignment", view, "vm_start", wholePages, hex(start));
    if (lowWord(end) % pageSize !== 0) this.wrong("vma-alignment", view, "vm_end", wholePages, hex(end));
  }

  private vmaRange(view: RecordView, start: Exact, end: Exact): void {
    if (end <= start) this.wrong("vma-range", view, "vm_end", `more than ${hex(start)}`, hex(end));
  }

  private vmaOrder(view: RecordView, start: Exact, end: Exact): void {
    const before = this.ends.at(-1) ?? 0;
    if (start < before)
      this.wrong("vma-order", view, "vm_start", `at least ${hex(before)}, the end of the mapping before`, hex(start));
    if (this.ends.length > 0 && end > before) this.ends[this.ends.length - 1] = end;
  }

  private vmaUserSpace(view: RecordView, end: Exact): void {
    const { userSpace, vdso } = this;
    const last = typeof end === "number" ? end - 1 : end - 1n;
    if (userSpace.hasEnd(end) && !(userSpace.isGate(last) && view.number("vma_type") !== vdso)) return;
    this.wrong("vma-user-space", view, "vm_end", `at most ${hex(userSpace.end)}`, hex(end));
  }

  private vmaOffset(view: RecordView, start: Exact, end: Exact): void {
    const { endOfFiles, pageSize } = this;
    const offset = view.exact("vm_pgoff");
    if (endOfFiles === undefined || this.endInFile(offset, start, end) <= endOfFiles) return;
    const expected = `at most ${hex(endOfFiles / pageSize - 1)} pages with those of the mapping`;
    this.wrong("vma-offset", view, "vm_pgoff", expected, hex(offset));
  }

  /** Bytes of the longest file and one more, which is a power of two and so exact. */
  private longestFile(): number | undefined {
    const longest = this.format.abi.constant("MAX_LFS_FILESIZE");
    return longest === undefined ? undefined : Number(BigInt(longest) + 1n);
  }

  /** Bytes of a file up to the end of a mapping of it. */
  private endInFile(offset: Exact, start: Exact, end: Exact): Exact {
    const { pageSize } = this;
    if (typeof offset === "number" && typeof start === "number" && typeof end === "number") {
      const bytes = offset * pageSize + (end - start);
      if (Number.isSafeInteger(bytes)) return bytes;
    }
    return BigInt(offset) * BigInt(pageSize) + (BigInt(end) - BigInt(start));
  }

  private vmaKind(view: RecordView, type: number): void {
    if (this.never.includes(type)) this.wrong("vma-kind", view, "vma_type", "a kind that kernels write");
  }

  private vmaHuge(view: RecordView, type: number): void {
    if ((view.number("hugetlb_shift") ?? 0) !== 0 && !this.huge.includes(type))
      this.wrong("vma-huge", view, "hugetlb_shift", "0 in a mapping of ordinary pages");
  }

  private vmaObjects(view: RecordView, kind: NamedKind): void {
    this.checkObject(view, "vma_objref", kind.hasFile, kind);
    this.checkObject(view, "ino_objref", kind.hasInode, kind);
  }

  private checkObject(view: RecordView, field: string, isThere: boolean, { name }: NamedKind): void {
    if (((view.number(field) ?? 0) !== 0) !== isThere)
      this.wrong("vma-objects", view, field, isThere ? `a number, as ${name} has one` : `0, as ${name} has none`);
  }

  private vmaSegment(view: RecordView, { name, segment }: NamedKind, inode: number): void {
    const isNew = this.segments.add(inode);
    if (isNew === (segment === "new")) return;
    const found = `${inode}, which ${isNew ? "did not come before" : "came before"}`;
    this.wrong("vma-segment", view, "ino_objref", `a segment that is ${segment} here, as ${name} says`, found);
  }

  private segmentSize(view: RecordView): void {
    const size = view.big("ino_size") ?? 0n;
    if (size === 0n) this.wrong("segment-size", view, "ino_size", "the size of the segment", "0");
    if (this.longestSegment !== undefined && size > BigInt(this.longestSegment))
      this.wrong("segment-size", view, "ino_size", `at most ${this.longestSegment}`);
  }

  private vmaRefused(view: RecordView, type: number, flags: Exact): void {
    const barred = common(flags, this.refused);
    if (barred !== 0 && type !== this.vdso)
      this.wrong("vma-refused", view, "vm_flags", `none of ${hex(this.refused)}`, hex(barred));
  }

  private vmaPermissions(view: RecordView, flags: Exact): void {
    for (const { flag, bit, needed, allowing } of this.permitted)
      if (common(flags, bit) !== 0 && common(flags, allowing) === 0)
        this.wrong("vma-permissions", view, "vm_flags", `${needed} (${hex(allowing)}) with ${flag}`, hex(flags));
  }

  private vmaShared(view: RecordView, { name, isShared, hasFile }: NamedKind, flags: Exact): void {
    const either = this.sharedOrMayBe;
    if (isShared === true && common(flags, either) === 0)
      this.wrong("vma-shared", view, "vm_flags", `a bit of ${hex(either)} in ${name}`, hex(flags));
    // A file that is mapped shared and read-only has only VM_MAYSHARE.
    const barred = hasFile ? this.shared : either;
    if (isShared === false && common(flags, barred) !== 0)
      this.wrong("vma-shared", view, "vm_flags", `no bit of ${hex(barred)} in ${name}`, hex(flags));
  }

  /** All flags of the kernel are in the lower 32 bits. */
  private bits(...names: string[]): number {
    return names.reduce((all, name) => all | (this.format.constant(name) || 0), 0) >>> 0;
  }
}

/** The bits of a mask that are set; the mask has at most 32 bits. */
function common(flags: Exact, mask: number): number {
  return (lowWord(flags) & mask) >>> 0;
}
