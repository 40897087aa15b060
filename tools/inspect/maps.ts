/** Address spaces as in `pmap` and /proc/PID/maps, with the amount of memory that the image holds for each mapping. */
import { hexDigits } from "../image/hex.js";
import type { Image } from "../image/image.js";
import { type AddressSpace, addressSpaceOf, type Mapping } from "../model/address-space.js";
import { bitNames } from "../model/enum-names.js";
import { type SegmentName, segmentNamesOf } from "../model/ipc-segments.js";
import { sharedObjects, type TaskName, taskName } from "../model/sharing.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type MemorySize, memorySizeOf, presentBytes } from "./memory-size.js";

export interface ListedAddressSpace {
  readonly objref: number;
  readonly tasks: readonly TaskName[];
  readonly executable: string | undefined;
  readonly totals: MemorySize;
  /** In the order of the addresses, generated on demand. */
  readonly mappings: Iterable<ListedMapping>;
}

export interface ListedMapping {
  /** Range of addresses; `end` is exclusive. */
  readonly start: bigint;
  readonly end: bigint;
  /** Permissions as in /proc/PID/maps, e.g. `r-xp`. */
  readonly permissions: string;
  /** C names of the bits of `vm_flags`; `otherFlags` are the bits without a name. */
  readonly flags: readonly string[];
  readonly otherFlags: bigint;
  /** Offset in the file or segment, in bytes; undefined for memory that has neither. */
  readonly offset: bigint | undefined;
  /** C name, e.g. `CKPT_VMA_ANON`; `type N` for an unknown number. */
  readonly type: string;
  /** Object number of the open file; `segment` is that of the shared segment. Undefined if there is none. */
  readonly file: number | undefined;
  readonly segment: number | undefined;
  readonly path: string | undefined;
  /** Use by the kernel: `[heap]`, `[stack]`, `[vdso]`, or `/SYSV00004d51 (shmid 32769)` for a System V segment. */
  readonly use: string | undefined;
  /** Bytes of the pages stored with the mapping in the image. */
  readonly present: number;
}

/**
 * The address spaces of the chosen tasks (by default of all tasks), each once.
 *
 * @param all tasks of the image
 */
export function* listAddressSpaces(
  image: Image,
  all: readonly Task[] = tasksOf(image),
  chosen: readonly Task[] = all,
): Generator<ListedAddressSpace, void, void> {
  const segments = segmentNamesOf(image);
  for (const { objref, tasks } of sharedObjects(image, all, chosen, "mm_objref", "MM")) {
    const space = addressSpaceOf(image, objref);
    if (!space) continue;
    yield {
      objref,
      tasks: tasks.map(taskName),
      executable: space.executable,
      totals: memorySizeOf(image, space.object),
      mappings: { [Symbol.iterator]: () => listMappings(image, space, segments) },
    };
  }
}

function* listMappings(
  image: Image,
  space: AddressSpace,
  segments: ReadonlyMap<number, SegmentName>,
): Generator<ListedMapping, void, void> {
  const useOf = usesOf(image, space);
  const readFlags = flagsReader(image);
  const { pageSize } = image.format;
  for (const mapping of space.mappings) {
    const { rule, start, end, flags, pgoff, typeName, type, fileObjref, inodeObjref, path } = mapping;
    yield {
      start,
      end,
      ...readFlags(flags),
      offset: fileObjref === 0 && inodeObjref === 0 ? undefined : pgoff * BigInt(pageSize),
      type: typeName ?? `type ${type}`,
      file: fileObjref || undefined,
      segment: inodeObjref || undefined,
      path,
      use: path === undefined ? (segmentText(segments.get(inodeObjref)) ?? useOf(mapping)) : undefined,
      present: presentBytes(image, rule),
    };
  }
}

type Flags = Pick<ListedMapping, "permissions" | "flags" | "otherFlags">;

/** Returns a cached reader of flags: most mappings have one of a few combinations. */
function flagsReader({ format }: Image): (flags: bigint) => Flags {
  const known = new Map<bigint, Flags>();
  return (flags) => {
    let named = known.get(flags);
    if (!named) {
      const { names, rest } = bitNames(format.abi, "vm_flags", flags);
      named = { permissions: permissionsOf(names), flags: names, otherFlags: rest };
      if (known.size < MAX_CACHED_FLAGS) known.set(flags, named);
    }
    return named;
  };
}

const MAX_CACHED_FLAGS = 1000;

const PERMISSIONS = [
  ["VM_READ", "r", "-"],
  ["VM_WRITE", "w", "-"],
  ["VM_EXEC", "x", "-"],
  ["VM_MAYSHARE", "s", "p"],
] as const;

/**
 * Permissions as in /proc/PID/maps.
 *
 * @param flags C names of bits of `vm_flags`
 */
export function permissionsOf(flags: readonly string[]): string {
  return PERMISSIONS.map(([bit, set, clear]) => (flags.includes(bit) ? set : clear)).join("");
}

/** Name as in /proc/PID/maps, which shows the id in place of the inode. */
function segmentText(segment: SegmentName | undefined): string | undefined {
  return segment && `/SYSV${hexDigits(segment.key, 8)} (shmid ${segment.id})`;
}

/** Names mappings without a file by the rules of Linux 2.6.30 to 3.0. */
function usesOf(image: Image, space: AddressSpace): (mapping: Mapping) => string | undefined {
  const context = space.object.find("MM_CONTEXT");
  const vdso = context && image.fields(context).big("vdso");
  const [heap, brk, stack] = [space.address("start_brk"), space.address("brk"), space.address("start_stack")];
  return ({ start, end, typeName }) => {
    if (typeName === "CKPT_VMA_VDSO" || (vdso !== undefined && vdso !== 0n && start === vdso)) return "[vdso]";
    if (heap !== undefined && brk !== undefined && heap !== 0n && start <= heap && end >= brk) return "[heap]";
    if (stack !== undefined && stack !== 0n && start <= stack && end >= stack) return "[stack]";
    return undefined;
  };
}
