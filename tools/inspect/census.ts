/**
 * Counts the contents of an image in one pass over its records. Reads only the few fields that the counts need, and no contents: the amount of memory
 * follows from the lengths of records.
 */
import { ExactSum } from "../exact.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { type Image, type OpenOptions, openOutline } from "../image/image.js";
import { NumberIndex } from "../image/number-index.js";
import { ChosenFields } from "../image/record/chosen-fields.js";
import type { ImageRecord } from "../image/record/records.js";
import { readOutline } from "../image/tree.js";
import type { SyntaxRule, SyntaxStep } from "../image/walk/syntax.js";
import type { ObjectHead, WalkHandler } from "../image/walk/walk.js";
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
  /** Error messages that a kernel left when it gave up; at most {@link MAX_ERRORS}. */
  readonly errors: readonly ImageRecord[];
}

export interface MappingCount {
  readonly count: number;
  /** Size of the address ranges in bytes. */
  readonly size: bigint;
  /** Bytes of memory in the image. */
  readonly present: number;
}

/** Maximum number of error messages that are kept. A writer that gives up leaves one or two. */
const MAX_ERRORS = 100;

/** Censuses that were taken while the image was opened. */
const taken = new WeakMap<Image, Census>();

/** Counts the contents of an image, in a walk over its records if it was not opened by {@link openCounted}. */
export function takeCensus(image: Image): Census {
  const known = taken.get(image);
  if (known) return known;
  const counter = new Counter(image.format, image.source);
  readOutline(image.format, image.source, undefined, counter);
  return counter.census();
}

/**
 * Opens an image without the records in its shared objects, as `openOutline` does, and counts its contents in the same walk.
 *
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export function openCounted(source: ImageSource, options?: OpenOptions): Image {
  const counters = new Map<ImageFormat, Counter>();
  const image = openOutline(source, options, (format) => {
    const counter = new Counter(format, source);
    counters.set(format, counter);
    return counter;
  });
  taken.set(image, (counters.get(image.format) as Counter).census());
  return image;
}

/** Records at one place of the grammar, or of one type. */
interface Tally {
  readonly name: string;
  count: number;
  readonly look: ((record: ImageRecord) => void) | undefined;
}

/** Mappings of one type. */
class MappingTally {
  count = 0;
  present = 0;
  readonly size = new ExactSum();

  total(): MappingCount {
    return { count: this.count, size: this.size.total, present: this.present };
  }
}

/** Maximum number of types of mappings or files that are counted one by one; a hostile image may have any number. No version has as many. */
const MAX_TYPES = 64;

/** In place of the types beyond; types are unsigned, or small. */
const OTHER_TYPES = -1;

class Counter implements WalkHandler {
  /** Tallies by index of the node of the grammar. */
  private readonly bySteps: (Tally | undefined)[] = [];
  /** Tallies of records without a node, by name of their type. */
  private readonly byNames = new Map<string, Tally>();
  /** All tallies in the order of their first records. */
  private readonly tallies: Tally[] = [];
  private readonly objects = new Map<string, number>();
  /** Names of the open rules and objects, outermost first, up to `depth`. */
  private readonly open: string[] = [];
  private depth = 0;
  private readonly mappings = new Map<number, MappingTally>();
  private readonly fileTypes = new Map<number, number>();
  private readonly segments = new NumberIndex();
  private segmentBytes = 0n;
  private ipcMemory = 0;
  private readonly errors: ImageRecord[] = [];
  /** The most recent mapping. */
  private mapping: MappingTally | undefined;

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
  ) {}

  enter(rule: SyntaxRule, _step: SyntaxStep | undefined, object: ObjectHead | undefined): void {
    this.open[this.depth++] = rule.name;
    if (!object) return;
    this.named("OBJREF").count++;
    this.objects.set(rule.name, (this.objects.get(rule.name) ?? 0) + 1);
  }

  leave(): void {
    this.depth--;
  }

  record(record: ImageRecord, step: SyntaxStep | undefined): void {
    const tally = step
      ? (this.bySteps[step.index] ?? this.addStep(record, step))
      : this.named(record.kind?.name ?? "unknown");
    tally.count++;
    tally.look?.(record);
  }

  census(): Census {
    const { format } = this;
    const named = (name: string, number: number) =>
      number === OTHER_TYPES ? "other types" : (enumeratorName(format.abi, name, number) ?? `type ${number}`);
    return {
      records: this.tallies.reduce((sum, { count }) => sum + count, 0),
      recordTypes: sums(this.tallies.map(({ name, count }) => [name, count])),
      objects: sums([...this.objects]),
      files: sums([...this.fileTypes].map(([type, count]) => [named("file_type", type), count])),
      mappings: new Map(
        [...this.mappings]
          .sort(([, a], [, b]) => b.count - a.count)
          .map(([type, tally]) => [named("vma_type", type), tally.total()]),
      ),
      segments: { count: this.segments.size, size: this.segmentBytes },
      ipcMemory: this.ipcMemory,
      errors: this.errors,
    };
  }

  private named(name: string): Tally {
    let tally = this.byNames.get(name);
    if (!tally) {
      tally = { name, count: 0, look: this.lookFor(name, undefined) };
      this.byNames.set(name, tally);
      this.tallies.push(tally);
    }
    return tally;
  }

  private addStep({ name }: ImageRecord, step: SyntaxStep): Tally {
    const tally: Tally = { name, count: 0, look: this.lookFor(name, step.entry.as) };
    this.bySteps[step.index] = tally;
    this.tallies.push(tally);
    return tally;
  }

  private lookFor(name: string, label: string | undefined): Tally["look"] {
    // Batches of pages have the same node of the grammar, whatever contains them.
    if (label === "page_batch" || label === "huge_page")
      return ({ length }) =>
        this.countMemory(memoryBytes(this.format, label, length), this.open[this.depth - 2] === "mapping");
    if (label === "message" && this.open[this.depth - 1] === "error")
      return (record) => void (this.errors.length < MAX_ERRORS && this.errors.push(record.copy()));
    if (name === "VMA") return this.mappingCounter();
    if (name === "FILE") return this.fileCounter();
    return undefined;
  }

  private countMemory(bytes: number, isOfMapping: boolean): void {
    if (!isOfMapping) this.ipcMemory += bytes;
    else if (this.mapping) this.mapping.present += bytes;
  }

  private mappingCounter(): Tally["look"] {
    const vma = new ChosenFields(this, "VMA", ["vma_type", "vm_start", "vm_end", "ino_objref", "ino_size"]);
    const sharedFile = this.format.constant("CKPT_VMA_SHM_FILE");
    return ({ offset, length }) => {
      vma.readAt(offset, length);
      const type = vma.number(0) ?? 0;
      const objref = vma.number(3) ?? 0;
      this.mapping = this.mappings.get(type) ?? this.addMapping(type);
      this.mapping.count++;
      this.mapping.size.add(sizeOf(vma, 1, 2));
      if (objref === 0 || type === sharedFile || !this.segments.add(objref)) return;
      this.segmentBytes += vma.big(4) ?? 0n;
    };
  }

  private addMapping(type: number): MappingTally {
    const counted = countedType(this.mappings, type);
    const tally = this.mappings.get(counted) ?? new MappingTally();
    this.mappings.set(counted, tally);
    return tally;
  }

  private fileCounter(): Tally["look"] {
    const file = new ChosenFields(this, "FILE", ["f_type"]);
    return ({ offset, length }) => {
      file.readAt(offset, length);
      const type = countedType(this.fileTypes, file.number(0) ?? 0);
      this.fileTypes.set(type, (this.fileTypes.get(type) ?? 0) + 1);
    };
  }
}

/** The type under which a type is counted: itself, unless too many others are counted. */
function countedType(counts: ReadonlyMap<number, unknown>, type: number): number {
  return counts.has(type) || counts.size < MAX_TYPES ? type : OTHER_TYPES;
}

/** Adds up counts with the same name; most frequent first. */
function sums(counts: readonly (readonly [name: string, count: number])[]): Map<string, number> {
  const byName = new Map<string, number>();
  for (const [name, count] of counts) byName.set(name, (byName.get(name) ?? 0) + count);
  return new Map([...byName].sort(([, a], [, b]) => b - a));
}
