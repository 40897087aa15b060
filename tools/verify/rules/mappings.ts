/** Address spaces: ranges, order and kinds of mappings. */
import { hex } from "../../image/hex.js";
import { inspector } from "../inspector.js";
import { NumberIndex } from "../number-index.js";
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

/** Ranges of a program, as set up by execve. */
const RANGES: readonly (readonly [start: string, end: string, rule: "mm-program" | "mm-range"])[] = [
  ["start_code", "end_code", "mm-program"],
  ["start_data", "end_data", "mm-program"],
  ["start_brk", "brk", "mm-range"],
  ["arg_start", "arg_end", "mm-range"],
  ["env_start", "env_end", "mm-range"],
];

/** Addresses that execve sets and that never change afterwards. */
const STARTS: readonly string[] = ["start_stack", "arg_start", "env_start"];

/** Permissions with the flag that each requires: mprotect refuses others. */
const PERMITTED: readonly (readonly [flag: string, needed: string])[] = [
  ["VM_READ", "VM_MAYREAD"],
  ["VM_WRITE", "VM_MAYWRITE"],
  ["VM_EXEC", "VM_MAYEXEC"],
  ["VM_SHARED", "VM_MAYSHARE"],
];

export const memory = inspector(
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
    "mm-program": ["refused", "The code and the data of a program begin before they end."],
    "mm-range": ["doubtful", "The heap and the arguments of a program begin before they end."],
    "mm-start": ["doubtful", "The stack, the arguments and the environment of a program have addresses."],
    "mm-address-limit": ["fatal", "The page tables of an address space reach as far as its last mapping."],
    "vdso-alignment": ["refused", "The vdso begins at the start of a page."],
    "auxv-width": ["refused", "The entries of the AT vector fit the words of the kernel."],
    "vdso-address": [
      "doubtful",
      "The address of the vdso is that of its mapping; a restart compares it with where it has mapped its own.",
    ],
    "mm-flags": [
      "refused",
      "New mappings can be asked to be locked, and nothing else; the flags of the address space select what a core dump contains.",
    ],
  },
  ({ format, source }, report) => {
    const { pageSize } = format;
    const kinds = new Map(Object.entries(KINDS).map(([name, kind]) => [format.constant(name), { name, ...kind }]));
    const never = NEVER_WRITTEN.map((name) => format.constant(name));
    const huge = HUGE.map((name) => format.constant(name));
    const bits = (...names: string[]) => names.reduce((all, name) => all | BigInt(format.constant(name) || 0), 0n);
    const [shared, mayShare, locked] = [bits("VM_SHARED"), bits("VM_MAYSHARE"), bits("VM_LOCKED")];
    const permitted = PERMITTED.map(([flag, needed]) => ({ flag, needed, bit: bits(flag), allowing: bits(needed) }));
    const refused = bits(...REFUSED, ...(huge.every(Number.isNaN) ? ["VM_HUGETLB"] : []));
    const vdso = format.constant("CKPT_VMA_VDSO");
    const dumpFilter = filterBits();
    const userSpace = userSpaceOf(format);
    const longestFile = format.abi.constant("MAX_LFS_FILESIZE");
    const longestSegment = format.abi.constant("SHMEM_MAX_BYTES");
    /** End of the last mapping of each open address space, innermost last. */
    const ends: bigint[] = [];
    /** Address of the vdso in each open address space. */
    const vdsos: (bigint | undefined)[] = [];
    const segments = new NumberIndex();

    return {
      enter: {
        MM() {
          ends.push(0n);
          vdsos.push(undefined);
        },
      },
      leave: {
        MM() {
          ends.pop();
          vdsos.pop();
        },
      },
      records: {
        MM: checkSpace,
        MM_CONTEXT: checkContext,
        VMA(view) {
          if (view.number("vma_type") === vdso) vdsos[vdsos.length - 1] = view.big("vm_start");
          checkRange(view);
          checkKind(view);
          checkFlags(view);
        },
        IPC_SHM: (view) => segments.add(view.number("objref") ?? 0),
        BUFFER(view) {
          if (view.label === "at_vector") checkVector(view);
        },
      },
    };

    function checkSpace(view: RecordView): void {
      for (const field of STARTS)
        if (view.big(field) === 0n)
          report("mm-start", view, { field, expected: "an address, which execve sets", found: "0" });
      for (const [start, end, rule] of RANGES) {
        const from = view.big(start) ?? 0n;
        const to = view.big(end) ?? 0n;
        if (from > to)
          report(rule, view, {
            field: end,
            expected: `at least ${hex(from)}, which is ${start}`,
            found: hex(to),
          });
      }
      const flags = (view.big("def_flags") ?? 0n) & ~locked;
      if (flags !== 0n)
        report("mm-flags", view, {
          field: "def_flags",
          expected: `at most ${hex(locked)} (VM_LOCKED)`,
          found: hex(flags),
        });
      const others = (view.big("flags") ?? 0n) & ~dumpFilter;
      if (others !== 0n)
        report("mm-flags", view, { field: "flags", expected: `bits of ${hex(dumpFilter)}`, found: hex(others) });
    }

    /** The bits that restart evaluates: those of the dump filter, and as many from bit 0 on. */
    function filterBits(): bigint {
      const count = BigInt(format.constant("MMF_DUMP_FILTER_BITS"));
      const bits = (1n << count) - 1n;
      return bits | (bits << BigInt(format.constant("MMF_DUMP_FILTER_SHIFT")));
    }

    function checkContext(view: RecordView): void {
      checkVdso(view, "vdso");
      // s390 kernels leave it zero even if a vdso is mapped.
      if ((view.big("vdso_base") ?? 0n) !== 0n) checkVdso(view, "vdso_base");
      const limit = view.big("asce_limit") ?? 0n;
      const end = ends.at(-1) ?? 0n;
      if (limit !== 0n && limit < end)
        report("mm-address-limit", view, {
          field: "asce_limit",
          expected: `at least ${hex(end)}, the end of the last mapping`,
          found: hex(limit),
        });
    }

    function checkVdso(view: RecordView, field: string): void {
      const stated = view.big(field);
      const mapped = vdsos.at(-1) ?? 0n;
      if (stated === undefined || stated === mapped) return;
      if (stated % BigInt(pageSize) !== 0n)
        report("vdso-alignment", view, {
          field,
          expected: `a multiple of the page size ${pageSize}`,
          found: hex(stated),
        });
      const expected = mapped === 0n ? "0, as nothing is mapped there" : `${hex(mapped)}, where it is mapped`;
      report("vdso-address", view, { field, expected, found: hex(stated) });
    }

    /** Some versions widen the entries of a 32-bit kernel to 64 bits. */
    function checkVector(view: RecordView): void {
      if (format.wordSize === 8 || view.step?.entry.contains?.of !== "u64") return;
      const { start, end } = view.record.payload;
      for (let at = start; at + 8 <= end; at += 8) {
        const window = source.window(at, 8);
        const entry = source.view.getBigUint64(window, format.littleEndian);
        if (entry >> 32n !== 0n)
          report("auxv-width", view, {
            field: `at_vector[${(at - start) / 8}]`,
            at,
            expected: "an entry of 32 bits",
            found: hex(entry),
          });
      }
    }

    function checkRange(view: RecordView): void {
      const start = view.big("vm_start") ?? 0n;
      const end = view.big("vm_end") ?? 0n;
      for (const [field, address] of [
        ["vm_start", start],
        ["vm_end", end],
      ] as const)
        if (address % BigInt(pageSize) !== 0n)
          report("vma-alignment", view, {
            field,
            expected: `a multiple of the page size ${pageSize}`,
            found: hex(address),
          });
      if (end <= start)
        report("vma-range", view, { field: "vm_end", expected: `more than ${hex(start)}`, found: hex(end) });
      const before = ends.at(-1) ?? 0n;
      if (start < before)
        report("vma-order", view, {
          field: "vm_start",
          expected: `at least ${hex(before)}, the end of the mapping before`,
          found: hex(start),
        });
      if (ends.length > 0 && end > before) ends[ends.length - 1] = end;
      if (!userSpace.hasEnd(end) || (userSpace.isGate(end - 1n) && view.number("vma_type") !== vdso))
        report("vma-user-space", view, {
          field: "vm_end",
          expected: `at most ${hex(userSpace.end)}`,
          found: hex(end),
        });
      const offset = view.big("vm_pgoff") ?? 0n;
      if (longestFile !== undefined && offset * BigInt(pageSize) + (end - start) > BigInt(longestFile) + 1n)
        report("vma-offset", view, {
          field: "vm_pgoff",
          expected: `at most ${hex(BigInt(longestFile) / BigInt(pageSize))} pages with those of the mapping`,
          found: hex(offset),
        });
    }

    function checkKind(view: RecordView): void {
      const type = view.number("vma_type") ?? 0;
      if (never.includes(type))
        report("vma-kind", view, { field: "vma_type", expected: "a kind that kernels write", found: `${type}` });
      const shift = view.number("hugetlb_shift") ?? 0;
      if (shift !== 0 && !huge.includes(type))
        report("vma-huge", view, {
          field: "hugetlb_shift",
          expected: "0 in a mapping of ordinary pages",
          found: `${shift}`,
        });
      const kind = kinds.get(type);
      if (!kind) return;
      checkObject(view, "vma_objref", kind.hasFile, kind.name);
      checkObject(view, "ino_objref", kind.hasInode, kind.name);
      const inode = view.number("ino_objref") ?? 0;
      if (kind.segment && inode > 0) {
        const isNew = segments.add(inode);
        if (isNew !== (kind.segment === "new"))
          report("vma-segment", view, {
            field: "ino_objref",
            expected: `a segment that is ${kind.segment} here, as ${kind.name} says`,
            found: `${inode}, which ${isNew ? "did not come before" : "came before"}`,
          });
        const size = view.big("ino_size") ?? 0n;
        if (size === 0n)
          report("segment-size", view, { field: "ino_size", expected: "the size of the segment", found: "0" });
        if (longestSegment !== undefined && size > BigInt(longestSegment))
          report("segment-size", view, { field: "ino_size", expected: `at most ${longestSegment}`, found: `${size}` });
      }
    }

    function checkObject(view: RecordView, field: string, isThere: boolean, kind: string): void {
      const objref = view.number(field) ?? 0;
      if (isThere ? objref === 0 : objref !== 0)
        report("vma-objects", view, {
          field,
          expected: isThere ? `a number, as ${kind} has one` : `0, as ${kind} has none`,
          found: `${objref}`,
        });
    }

    function checkFlags(view: RecordView): void {
      const flags = view.big("vm_flags") ?? 0n;
      const type = view.number("vma_type") ?? 0;
      const bad = flags & refused;
      if (bad !== 0n && type !== vdso)
        report("vma-refused", view, { field: "vm_flags", expected: `none of ${hex(refused)}`, found: hex(bad) });
      for (const { flag, bit, needed, allowing } of permitted)
        if ((flags & bit) !== 0n && (flags & allowing) === 0n)
          report("vma-permissions", view, {
            field: "vm_flags",
            expected: `${needed} (${hex(allowing)}) with ${flag}`,
            found: hex(flags),
          });
      const kind = kinds.get(type);
      if (kind?.isShared === true && (flags & (shared | mayShare)) === 0n)
        report("vma-shared", view, {
          field: "vm_flags",
          expected: `a bit of ${hex(shared | mayShare)} in ${kind.name}`,
          found: hex(flags),
        });
      // A file that is mapped shared and read-only has only VM_MAYSHARE.
      const barred = kind?.hasFile ? shared : shared | mayShare;
      if (kind?.isShared === false && (flags & barred) !== 0n)
        report("vma-shared", view, {
          field: "vm_flags",
          expected: `no bit of ${hex(barred)} in ${kind.name}`,
          found: hex(flags),
        });
    }
  },
);
