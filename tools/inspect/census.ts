/**
 * Counts what an image holds, in one pass over its records. Only the few fields that the counts need are read, and no contents: how much memory
 * there is follows from the lengths of their records.
 */
import type { FieldPlace } from "../image/abi/fields.js";
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
    const read = this.reader("VMA", ["vma_type", "vm_start", "vm_end", "ino_objref", "ino_size"]);
    const sharedFile = this.image.format.constant("CKPT_VMA_SHM_FILE");
    return (row) => {
      const { numbers, exact } = read(row);
      const type = numbers[0] as number;
      const start = numbers[1] as number;
      const end = numbers[2] as number;
      const objref = numbers[3] as number;
      this.mapping = this.mappings.get(type) ?? { count: 0, size: 0n, present: 0 };
      if (this.mapping.count++ === 0) this.mappings.set(type, this.mapping);
      // Exact, and quick where both are small enough for it.
      const size = end <= Number.MAX_SAFE_INTEGER && start <= end ? BigInt(end - start) : exact(2) - exact(1);
      if (size > 0n) this.mapping.size += size;
      if (objref === 0 || type === sharedFile || this.segments.has(objref)) return;
      this.segments.add(objref);
      this.segmentBytes += exact(4);
    };
  }

  private fileCounter(): Tally["look"] {
    const read = this.reader("FILE", ["f_type"]);
    return (row) => {
      const [type = 0] = read(row).numbers;
      this.fileTypes.set(type, (this.fileTypes.get(type) ?? 0) + 1);
    };
  }

  /** Reads the same fields of many records. What it gives is good until it reads the next. */
  private reader(name: string, paths: readonly string[]): (row: number) => FieldValues {
    const { format, source, table } = this.image;
    const kind = format.kind(name);
    const places = paths.map((path) => kind?.place(kind.struct, path));
    const longest = Math.max(0, ...places.map((place) => (place ? place.offset + place.size : 0)));
    const numbers = places.map(() => 0);
    let at = 0;
    let length = 0;
    const has = (place: FieldPlace | undefined): place is FieldPlace =>
      place !== undefined && place.offset + place.size <= length;
    const exact = (i: number) => {
      const place = places[i];
      return has(place) ? BigInt(place.read(source.view, at, format.littleEndian)) : 0n;
    };
    return (row) => {
      length = Math.min(table.lengthOf(row), longest);
      at = source.window(table.offsetOf(row), length);
      for (let i = 0; i < places.length; i++) {
        const place = places[i];
        numbers[i] = has(place) ? place.readNumber(source.view, at, format.littleEndian) : 0;
      }
      return { numbers, exact };
    };
  }
}

/** Fields of one record, in the order in which they were asked for; 0 where the record ends before one, or the version has it not. */
interface FieldValues {
  /** What is above 2^53 is rounded. */
  readonly numbers: readonly number[];
  exact(i: number): bigint;
}

/** Adds up what has the same name; most first. */
function sums(counts: readonly (readonly [name: string, count: number])[]): Map<string, number> {
  const byName = new Map<string, number>();
  for (const [name, count] of counts) byName.set(name, (byName.get(name) ?? 0) + count);
  return new Map([...byName].sort(([, a], [, b]) => b - a));
}
