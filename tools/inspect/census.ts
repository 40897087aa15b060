/**
 * Counts what an image holds, in one pass over its records. Only the few fields that the counts need are read, and no contents: how much memory
 * there is follows from the lengths of their records.
 */
import type { FieldPlace } from "../image/fields.js";
import type { Image } from "../image/image.js";
import type { Role } from "../image/record-table.js";
import { enumeratorName } from "../model/enum-names.js";
import { memoryBytes } from "./memory-size.js";

export interface Census {
  /** Records, OBJREF records of shared objects included. */
  readonly records: number;
  /** By the name of the record type, most first; `unknown` for those that this version has not. */
  readonly recordTypes: ReadonlyMap<string, number>;
  /** Shared objects by type, most first. */
  readonly objects: ReadonlyMap<string, number>;
  /** Open files by the C name of their type, e.g. `CKPT_FILE_PIPE`, most first. */
  readonly files: ReadonlyMap<string, number>;
  /** Mappings of all address spaces by the C name of their type, most first. */
  readonly mappings: ReadonlyMap<string, MappingCount>;
  /** Segments of memory that mappings share, each once however many mappings show it; shared files are none. */
  readonly segments: { readonly count: number /** Bytes. */; readonly size: bigint };
  /** Bytes of memory that the image holds of System V segments, which belong to no address space. */
  readonly ipcMemory: number;
  /** Rows of the messages that a kernel which gave up left; of very many the first. */
  readonly errors: readonly number[];
}

export interface MappingCount {
  count: number;
  /** Bytes of address space. */
  size: bigint;
  /** Bytes of memory that the image holds. */
  present: number;
}

/** A writer that gives up leaves one or two. */
const MOST_ERRORS = 100;

export function takeCensus(image: Image): Census {
  const census = new CensusTaker(image);
  return census.take();
}

/** What to do with the rows of a role, and how many there are. */
interface Tally {
  readonly role: Role;
  count: number;
  readonly look: ((row: number) => void) | undefined;
}

class CensusTaker {
  /** By the index of the role. */
  private readonly tallies: (Tally | undefined)[] = [];
  private readonly mappings = new Map<number, MappingCount>();
  private readonly fileTypes = new Map<number, number>();
  private readonly segments = new Set<number>();
  private segmentBytes = 0n;
  private ipcMemory = 0;
  private readonly errors: number[] = [];
  /** Count of the mapping that was met last. */
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
      // All batches have the same role, whatever they are the contents of.
      return (batch) =>
        this.countMemory(
          memoryBytes(this.image, label, table.lengthOf(batch)),
          table.roleOf(table.parent(table.parent(batch))).rule === "mapping",
        );
    }
    if (label === "message" && this.image.table.roleOf(this.image.table.parent(row)).rule === "error")
      return (message) => void (this.errors.length < MOST_ERRORS && this.errors.push(message));
    if (kind?.name === "VMA") return this.mappingCounter();
    if (kind?.name === "FILE") return this.fileCounter();
    return undefined;
  }

  private countMemory(bytes: number, isOfMapping: boolean): void {
    if (!isOfMapping) this.ipcMemory += bytes;
    else if (this.mapping) this.mapping.present += bytes;
  }

  private mappingCounter(): Tally["look"] {
    const type = this.reader("VMA", "vma_type");
    const start = this.reader("VMA", "vm_start");
    const end = this.reader("VMA", "vm_end");
    const segment = this.reader("VMA", "ino_objref");
    const segmentSize = this.reader("VMA", "ino_size");
    const sharedFile = this.image.format.constant("CKPT_VMA_SHM_FILE");
    return (row) => {
      const number = type.number(row);
      this.mapping = this.mappings.get(number) ?? { count: 0, size: 0n, present: 0 };
      if (this.mapping.count++ === 0) this.mappings.set(number, this.mapping);
      const size = difference(end, start, row);
      if (size > 0n) this.mapping.size += size;
      const objref = segment.number(row);
      if (objref === 0 || number === sharedFile || this.segments.has(objref)) return;
      this.segments.add(objref);
      this.segmentBytes += segmentSize.exact(row);
    };
  }

  private fileCounter(): Tally["look"] {
    const type = this.reader("FILE", "f_type");
    return (row) => {
      const number = type.number(row);
      this.fileTypes.set(number, (this.fileTypes.get(number) ?? 0) + 1);
    };
  }

  /** Reads one field of many records; 0 where a record ends before it. */
  private reader(name: string, path: string): FieldReader {
    const { format, source, table } = this.image;
    const kind = format.kind(name);
    const place: FieldPlace | undefined = kind?.place(kind.struct, path);
    if (!place) return { number: () => 0, exact: () => 0n };
    const { offset, size } = place;
    const window = (row: number) => source.window(table.offsetOf(row) + offset, size) - offset;
    return {
      number(row) {
        if (offset + size > table.lengthOf(row)) return 0;
        const at = window(row);
        return place.readNumber(source.view, at, format.littleEndian);
      },
      exact(row) {
        if (offset + size > table.lengthOf(row)) return 0n;
        const at = window(row);
        return BigInt(place.read(source.view, at, format.littleEndian));
      },
    };
  }
}

/** Reads a field of the record of a row. */
interface FieldReader {
  /** What is above 2^53 is rounded. */
  number(row: number): number;
  exact(row: number): bigint;
}

/** Exact, and quick where both are small enough for it. */
function difference(one: FieldReader, other: FieldReader, row: number): bigint {
  const minuend = one.number(row);
  const subtrahend = other.number(row);
  return minuend <= Number.MAX_SAFE_INTEGER && subtrahend <= Number.MAX_SAFE_INTEGER
    ? BigInt(minuend - subtrahend)
    : one.exact(row) - other.exact(row);
}

/** Adds up what has the same name; most first. */
function sums(counts: readonly (readonly [name: string, count: number])[]): Map<string, number> {
  const byName = new Map<string, number>();
  for (const [name, count] of counts) byName.set(name, (byName.get(name) ?? 0) + count);
  return new Map([...byName].sort(([, a], [, b]) => b - a));
}
