/**
 * Counts the contents of an image in one pass over its records. Reads only the few fields that the counts need, and no contents: the amount of memory
 * follows from the lengths of records.
 */
import type { Image } from "../image/image.js";
import type { Role } from "../image/record-table.js";
import { RowFields } from "../image/row-fields.js";
import { enumeratorName } from "../model/enum-names.js";
import { memoryBytes, sizeOf } from "./memory-size.js";

export interface Census {
  /** Number of records, including OBJREF records of shared objects. */
  readonly records: number;
  /** Number of records by name of their type, most frequent first; `unknown` for types that this version does not have. */
  readonly recordTypes: ReadonlyMap<string, number>;
  /** Number of shared objects by type, most frequent first. */
  readonly objects: ReadonlyMap<string, number>;
  /** Number of open files by the C name of their type, e.g. `CKPT_FILE_PIPE`, most frequent first. */
  readonly files: ReadonlyMap<string, number>;
  /** Mappings of all address spaces by the C name of their type, most frequent first. */
  readonly mappings: ReadonlyMap<string, MappingCount>;
  /** Shared memory segments, each counted once, without shared files. */
  readonly segments: { readonly count: number /** Bytes. */; readonly size: bigint };
  /** Bytes of System V segments in the image, which belong to no address space. */
  readonly ipcMemory: number;
  /** Rows of error messages that a kernel left when it gave up; at most {@link MAX_ERRORS}. */
  readonly errors: readonly number[];
}

export interface MappingCount {
  count: number;
  /** Size of the address ranges in bytes. */
  size: bigint;
  /** Bytes of memory in the image. */
  present: number;
}

/** Maximum number of error messages that are kept. A writer that gives up leaves one or two. */
const MAX_ERRORS = 100;

export function takeCensus(image: Image): Census {
  const census = new CensusTaker(image);
  return census.take();
}

/** How rows with one role are counted, and their number so far. */
interface Tally {
  readonly role: Role;
  count: number;
  readonly look: ((row: number) => void) | undefined;
}

class CensusTaker {
  /** Tallies by index of the role. */
  private readonly tallies: (Tally | undefined)[] = [];
  private readonly mappings = new Map<number, MappingCount>();
  private readonly fileTypes = new Map<number, number>();
  private readonly segments = new Set<number>();
  private segmentBytes = 0n;
  private ipcMemory = 0;
  private readonly errors: number[] = [];
  /** Count of the most recent mapping. */
  private mapping: MappingCount | undefined;

  constructor(private readonly image: Image) {}

  take(): Census {
    const { table, format } = this.image;
    for (let row = 0; row < table.size; row++) {
      const index = table.roleIndex(row);
      const tally = this.tallies[index] ?? this.addTally(index, row);
      tally.count++;
      tally.look?.(row);
    }
    // In the order in which the roles were met.
    const tallies = this.tallies.filter((tally) => tally !== undefined);
    const held = tallies.filter(({ role }) => role.rule === undefined || role.object);
    const named = (name: string, number: number) => enumeratorName(format.abi, name, number) ?? `type ${number}`;
    return {
      records: held.reduce((sum, { count }) => sum + count, 0),
      recordTypes: sums(
        held.map(({ role, count }) => [role.object ? "OBJREF" : (role.kind?.name ?? "unknown"), count]),
      ),
      objects: sums(held.flatMap(({ role, count }) => (role.object ? [[role.rule as string, count]] : []))),
      files: sums([...this.fileTypes].map(([type, count]) => [named("file_type", type), count])),
      mappings: new Map(
        [...this.mappings]
          .sort(([, a], [, b]) => b.count - a.count)
          .map(([type, count]) => [named("vma_type", type), count]),
      ),
      segments: { count: this.segments.size, size: this.segmentBytes },
      ipcMemory: this.ipcMemory,
      errors: this.errors,
    };
  }

  private addTally(index: number, row: number): Tally {
    const role = this.image.table.roleOf(row);
    const tally: Tally = { role, count: 0, look: this.lookerFor(role, row) };
    this.tallies[index] = tally;
    return tally;
  }

  private lookerFor({ rule, kind, step }: Role, row: number): Tally["look"] {
    if (rule !== undefined) return undefined;
    const label = step?.entry.as;
    if (label === "page_batch" || label === "huge_page") {
      const { table } = this.image;
      // All batches have the same role, whatever contains them.
      return (batch) =>
        this.countMemory(
          memoryBytes(this.image, label, table.lengthOf(batch)),
          table.roleOf(table.parent(table.parent(batch))).rule === "mapping",
        );
    }
    if (label === "message" && this.image.table.roleOf(this.image.table.parent(row)).rule === "error")
      return (message) => void (this.errors.length < MAX_ERRORS && this.errors.push(message));
    if (kind?.name === "VMA") return this.mappingCounter();
    if (kind?.name === "FILE") return this.fileCounter();
    return undefined;
  }

  private countMemory(bytes: number, isOfMapping: boolean): void {
    if (!isOfMapping) this.ipcMemory += bytes;
    else if (this.mapping) this.mapping.present += bytes;
  }

  private mappingCounter(): Tally["look"] {
    const vma = new RowFields(this.image, "VMA", ["vma_type", "vm_start", "vm_end", "ino_objref", "ino_size"]);
    const sharedFile = this.image.format.constant("CKPT_VMA_SHM_FILE");
    return (row) => {
      vma.read(row);
      const type = vma.number(0) ?? 0;
      const objref = vma.number(3) ?? 0;
      this.mapping = this.mappings.get(type) ?? { count: 0, size: 0n, present: 0 };
      if (this.mapping.count++ === 0) this.mappings.set(type, this.mapping);
      this.mapping.size += sizeOf(vma, 1, 2);
      if (objref === 0 || type === sharedFile || this.segments.has(objref)) return;
      this.segments.add(objref);
      this.segmentBytes += vma.big(4) ?? 0n;
    };
  }

  private fileCounter(): Tally["look"] {
    const file = new RowFields(this.image, "FILE", ["f_type"]);
    return (row) => {
      file.read(row);
      const type = file.number(0) ?? 0;
      this.fileTypes.set(type, (this.fileTypes.get(type) ?? 0) + 1);
    };
  }
}

/** Adds up counts with the same name; most frequent first. */
function sums(counts: readonly (readonly [name: string, count: number])[]): Map<string, number> {
  const byName = new Map<string, number>();
  for (const [name, count] of counts) byName.set(name, (byName.get(name) ?? 0) + count);
  return new Map([...byName].sort(([, a], [, b]) => b - a));
}
