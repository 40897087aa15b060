/**
 * Bytes of records that belong to no field. They have no meaning. They are kept if the structs around them are the same in every version on the way;
 * if a struct changes, or its record is not kept, they are cleared and reported. All versions on the way count, not only the two ends, so that a
 * conversion step by step gives the same image.
 */
import { type BoundStruct, membersOf } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { windowBytes } from "../image/bytes/source.js";
import { elementPlaces } from "../image/record/elements.js";
import type { ByteRange, ImageRecord } from "../image/record/records.js";
import { structBytes } from "../verify/struct-bytes.js";
import { isItems } from "./content.js";
import type { RecordNode } from "./nodes.js";
import type { Origin } from "./origin.js";
import type { ConversionLog } from "./report.js";

const STEP = "padding";
const CHANGED = "bytes between the fields do not come along, because the struct has another form on the way";
const GONE = "bytes between the fields do not come along, and neither does the record";

export class PaddingKeeper {
  private readonly kept = new Map<string, boolean>();

  /** @param formats of all versions on the way, including both ends; without those of a stand-in architecture */
  constructor(private readonly formats: readonly ImageFormat[]) {}

  /** Whether bytes between the fields of a struct are kept. */
  isKept(struct: BoundStruct): boolean {
    const { key } = struct.entry.descriptor;
    let isKept = this.kept.get(key);
    if (isKept === undefined) {
      isKept = this.formats.every((format) => isSameStruct(struct, format.struct(key)));
      this.kept.set(key, isKept);
    }
    return isKept;
  }

  /** The bytes of a record up to its payload, if kept bytes are between its fields. */
  baseOf({ name, origin, parts }: RecordNode): Uint8Array | undefined {
    const record = origin?.node.record;
    if (!origin || record?.kind?.name !== name) return undefined;
    const { source } = origin.image;
    const struct = wholeStructOf(origin, record);
    if (!struct || !this.isKept(struct)) return undefined;
    const tail = tailOf(struct);
    const isWhole = tail?.struct && this.isKept(tail.struct) && hasGaps(tail.struct);
    if (!isWhole && !hasGaps(struct)) return undefined;
    const elements = isWhole ? (parts.tail?.length ?? 0) * tail.size : 0;
    const size = struct.layout.size + elements;
    return size <= record.length ? windowBytes(source, record.offset, size).slice() : undefined;
  }
}

/** Reports padding that is not kept. */
export class LostPadding {
  /** By index of a node of the image: whether the result has the record. */
  private readonly seen: Uint8Array;

  /** @param size number of nodes of the image */
  constructor(
    private readonly padding: PaddingKeeper,
    private readonly boundary: string,
    private readonly log: ConversionLog,
    size: number,
  ) {
    this.seen = new Uint8Array(size);
  }

  /** Marks records that keep their padding, or have none, as part of the result: those of the nodes from `first` up to but not including `end`. */
  keep(first: number, end: number): void {
    this.seen.fill(1, first, end);
  }

  /** Marks a record as part of the result, and reports its lost padding. */
  survey(node: RecordNode): void {
    const { origin } = node;
    const record = origin?.node.record;
    if (!origin || !record) return;
    this.seen[origin.node.index] = 1;
    this.tell(origin, record, this.lostIn(node, origin, record), CHANGED);
  }

  /**
   * Reports the lost padding of all records that were not surveyed.
   *
   * @param isTold whether a record is already reported as lost
   */
  finish({ image, node: root }: Origin, isTold: (origin: Origin) => boolean): void {
    for (let index = root.index; index < root.endIndex; index++) {
      if (this.seen[index] === 1) continue;
      const node = image.node(index);
      const { record, rule } = node;
      if (!record || rule !== undefined) continue;
      const origin = { image, node };
      if (!isTold(origin)) this.tell(origin, record, [...gapsOf(origin, record)], GONE);
    }
  }

  private lostIn(node: RecordNode, origin: Origin, record: ImageRecord): ByteRange[] {
    const struct = wholeStructOf(origin, record);
    const isKept = !struct || this.padding.isKept(struct);
    if (isKept && node.untouched) return [];
    const { format } = origin.image;
    const tail = struct && tailOf(struct);
    const lost: ByteRange[] = isKept ? [] : inStruct(struct, record.offset);
    if (node.untouched) return lost;
    if (tail && !(isKept && this.padding.isKept(tail.struct)))
      lost.push(...inElements(tail.struct, record.offset + tail.offset, tail.size, record.end));
    const { payload } = node.parts;
    const array = payload && isItems(payload) ? elementPlaces(format, record, origin.node.contains) : undefined;
    const element = array && format.struct(array.of);
    if (array && element && !this.padding.isKept(element))
      lost.push(...inElements(element, array.start, array.size, record.end));
    return lost;
  }

  private tell(origin: Origin, record: ImageRecord, lost: readonly ByteRange[], why: string): void {
    for (const { start, end } of lost) {
      const bytes = windowBytes(origin.image.source, start, end - start);
      if (bytes.every((byte) => byte === 0)) continue;
      const value = bytes.slice();
      this.log.add("leftovers", { boundary: this.boundary, step: STEP, record: record.name, value, why, origin });
      return;
    }
  }
}

/** All padding of a record: between its fields, and in the elements of its arrays. */
function* gapsOf(origin: Origin, record: ImageRecord): Generator<ByteRange> {
  const { image, node } = origin;
  const { format } = image;
  const struct = wholeStructOf(origin, record);
  if (struct) yield* inStruct(struct, record.offset);
  const tail = struct && tailOf(struct);
  if (tail) yield* inElements(tail.struct, record.offset + tail.offset, tail.size, record.end);
  const array = elementPlaces(format, record, node.contains);
  const element = array && format.struct(array.of);
  if (array && element) yield* inElements(element, array.start, array.size, record.end);
}

/** Whether a struct is identical on both sides, byte for byte. */
export function isSameStruct(struct: BoundStruct, other: BoundStruct | undefined): boolean {
  return other?.entry === struct.entry && other.layout.id === struct.layout.id;
}

export function hasGaps(struct: BoundStruct): boolean {
  return structBytes(struct).gaps.length > 0;
}

/** The struct of a record; undefined also if the record is shorter than its struct. */
function wholeStructOf({ image }: Origin, record: ImageRecord): BoundStruct | undefined {
  const struct = record.structIn(image.source);
  return struct && struct.layout.size <= record.length ? struct : undefined;
}

function tailOf(struct: BoundStruct) {
  const { tail } = membersOf(struct);
  return tail?.struct && { struct: tail.struct, offset: tail.offset, size: tail.struct.layout.size };
}

function inStruct(struct: BoundStruct, at: number): ByteRange[] {
  return structBytes(struct).gaps.map(({ offset, size }) => ({ start: at + offset, end: at + offset + size }));
}

function inElements(struct: BoundStruct, start: number, size: number, end: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  if (!hasGaps(struct)) return ranges;
  for (let at = start; at + size <= end; at += size) ranges.push(...inStruct(struct, at));
  return ranges;
}
