/** Address spaces as in `pmap` and /proc/PID/maps, with the amount of memory that the image holds for each mapping. */
import { type ExactInteger, exact } from "../exact.js";
import { hexDigits } from "../image/hex.js";
import type { Image } from "../image/image.js";
import { type AddressSpace, addressSpaceOf, pathOf } from "../model/address-space.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import { type SegmentName, segmentNamesOf } from "../model/ipc-segments.js";
import { type MappingColumns, mappingColumnsOf } from "../model/mapping-columns.js";
import { sharedObjects, type TaskName, taskName } from "../model/sharing.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { remembered } from "../remembered.js";
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
  all?: readonly Task[],
  chosen?: readonly Task[],
): Generator<ListedAddressSpace, void, void> {
  for (const { objref, tasks, space, mappings } of readAddressSpaces(image, all, chosen))
    yield {
      objref,
      tasks,
      executable: space.executable,
      // On demand, because it reads all mappings.
      get totals() {
        return memorySizeOf(image, space.object);
      },
      mappings: { [Symbol.iterator]: () => listMappings(mappings) },
    };
}

/** An address space whose mappings are read without an object for each. */
interface ReadAddressSpace extends Pick<ListedAddressSpace, "objref" | "tasks"> {
  readonly space: AddressSpace;
  readonly mappings: MappingReader;
}

/** The address spaces as {@link listAddressSpaces} lists them. */
export function* readAddressSpaces(
  image: Image,
  all: readonly Task[] = tasksOf(image),
  chosen: readonly Task[] = all,
): Generator<ReadAddressSpace, void, void> {
  const segments = segmentNamesOf(image);
  for (const { objref, tasks } of sharedObjects(image, all, chosen, "mm_objref", "MM")) {
    const space = addressSpaceOf(image, objref);
    if (!space) continue;
    yield { objref, tasks: tasks.map(taskName), space, mappings: new MappingReader(image, space, segments) };
  }
}

function* listMappings(mappings: MappingReader): Generator<ListedMapping, void, void> {
  for (const { start, end, flags, offset, type, file, segment, path, use, present } of mappings)
    yield {
      start: BigInt(start),
      end: BigInt(end),
      permissions: flags.permissions,
      flags: flags.flags,
      otherFlags: flags.otherFlags,
      offset: offset === undefined ? undefined : BigInt(offset),
      type,
      file,
      segment,
      path,
      use,
      present,
    };
}

/**
 * The mappings of an address space one after the other: the iterator returns the reader itself, whose properties are then those of the next mapping. An
 * object and bigints for each mapping would take as long as reading it. The properties mean what those of {@link ListedMapping} mean.
 */
export class MappingReader {
  start: ExactInteger = 0;
  end: ExactInteger = 0;
  flags: Flags;
  offset: ExactInteger | undefined;
  type = "";
  file: number | undefined;
  segment: number | undefined;
  path: string | undefined;
  use: string | undefined;
  present = 0;

  private readonly pageSize: number;
  private readonly useOf: ReturnType<typeof usesOf>;
  private readonly flagsOf: (flags: ExactInteger) => Flags;
  private readonly pathOf: (objref: number) => string | undefined;
  private readonly nameOfType: (type: number) => string | undefined;

  constructor(
    private readonly image: Image,
    private readonly space: AddressSpace,
    private readonly segments: ReadonlyMap<number, SegmentName>,
  ) {
    const { abi, pageSize } = image.format;
    this.pageSize = pageSize;
    this.useOf = usesOf(image, space);
    this.flagsOf = remembered((flags: ExactInteger) => flagsOf(image, flags));
    this.pathOf = remembered((objref: number) => pathOf(image, objref));
    this.nameOfType = remembered((type: number) => enumeratorName(abi, "vma_type", type));
    this.flags = this.flagsOf(0);
  }

  *[Symbol.iterator](): Generator<this, void, void> {
    for (const columns of mappingColumnsOf(this.image, this.space.object))
      for (let i = 0; i < columns.rules.length; i++) {
        this.read(columns, i);
        yield this;
      }
  }

  private read(columns: MappingColumns, i: number): void {
    const type = columns.type[i] as number;
    const file = columns.fileObjref[i] as number;
    const segment = columns.inodeObjref[i] as number;
    const typeName = this.nameOfType(type);
    this.start = columns.start.at(i);
    this.end = columns.end.at(i);
    this.flags = this.flagsOf(columns.flags.at(i));
    this.offset = file === 0 && segment === 0 ? undefined : bytesOfPages(columns.pgoff.at(i), this.pageSize);
    this.type = typeName ?? `type ${type}`;
    this.file = file || undefined;
    this.segment = segment || undefined;
    this.path = this.pathOf(file);
    this.use =
      this.path === undefined
        ? (segmentText(this.segments.get(segment)) ?? this.useOf(this.start, this.end, typeName))
        : undefined;
    this.present = presentBytes(this.image, columns.rules[i] as number);
  }
}

function bytesOfPages(pages: ExactInteger, pageSize: number): ExactInteger {
  const bytes = typeof pages === "number" ? pages * pageSize : Number.POSITIVE_INFINITY;
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : exact(BigInt(pages) * BigInt(pageSize));
}

type Flags = Pick<ListedMapping, "permissions" | "flags" | "otherFlags">;

function flagsOf({ format }: Image, flags: ExactInteger): Flags {
  const { names, rest } = bitNames(format.abi, "vm_flags", flags);
  return { permissions: permissionsOf(names), flags: names, otherFlags: rest };
}

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
function usesOf(
  image: Image,
  space: AddressSpace,
): (start: ExactInteger, end: ExactInteger, typeName: string | undefined) => string | undefined {
  const context = space.object.find("MM_CONTEXT");
  const vdso = exact(context && image.fields(context).big("vdso"));
  const [heap, brk, stack] = ["start_brk", "brk", "start_stack"].map((path) => exact(space.address(path)));
  return (start, end, typeName) => {
    if (typeName === "CKPT_VMA_VDSO" || (vdso !== undefined && vdso !== 0 && start === vdso)) return "[vdso]";
    if (heap !== undefined && brk !== undefined && heap !== 0 && start <= heap && end >= brk) return "[heap]";
    if (stack !== undefined && stack !== 0 && start <= stack && end >= stack) return "[stack]";
    return undefined;
  };
}
