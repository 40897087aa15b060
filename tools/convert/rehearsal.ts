/**
 * Writes the result of a conversion without keeping it, to find obstacles: the records are encoded as they will be, and read back by the grammar of
 * the result as they are produced. Copied contents are not read.
 */

import { ImageError } from "../errors/image-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import { type ImageSource, outside, windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { walk } from "../image/walk/walk.js";
import type { ImageSink } from "../write/sink.js";
import { ImageWriter } from "../write/writer.js";
import type { Emitted, WriteFailure } from "./emit.js";
import type { Origin } from "./origin.js";
import type { ConversionFact } from "./report.js";

/** Writes the result. Calls `onFailure` for every record that cannot be encoded. */
export type Emission = (writer: ImageWriter, onFailure: (failure: WriteFailure) => void) => Iterable<Emitted>;

/** All obstacles that keep the result from being a valid image. */
export function rehearse(image: Image, format: ImageFormat, emission: Emission): ConversionFact[] {
  const facts: ConversionFact[] = [];
  const boundary = format.abi.target.version;
  const add = (step: string, { record, field, value, why, origin }: WriteFailure) =>
    facts.push({ boundary, step, record, field, value, why, origin });
  const result = new RehearsedResult(format, (writer) => emission(writer, (failure) => add("encode", failure)));
  const misplaced = (error: ImageError) => {
    // After a missing record, all later records appear in the wrong place.
    if (facts.length > 0) return;
    add("order", {
      record: error.record ?? "",
      why: whyNot(error, image, format),
      origin: result.originAt(error.offset),
    });
  };
  try {
    walk(format, result, {
      enter() {},
      leave() {},
      record() {},
      // Problems of the image may be problems of the result as well.
      problem: (problem) => image.problems.length > 0 || misplaced(problem),
    });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    misplaced(error);
  }
  result.finish();
  return facts;
}

/** Why the result is invalid: a fault of the converter if no step makes what the version requires, or an image that no kernel writes. */
function whyNot({ expected, found, rule }: ImageError, image: Image, format: ImageFormat): string {
  const { version } = format.abi.target;
  const where = rule === undefined ? "" : ` (in ${rule})`;
  const missing = [...format.kinds.values()].find(({ name, number }) => expected === `${name} (${number})`);
  if (missing && !image.format.kind(missing.name))
    return `${version} has ${missing.name} in front of it${where}, ${image.format.abi.target.version} has no such record, and no step of the converter makes one`;
  return `the result could not be read as an image of ${version}${where}: expected ${expected}, found ${found}`;
}

/** One record of the result with its header and all that follows it, an OBJREF, or a part of a run. */
interface ReadBack {
  readonly start: number;
  end: number;
  readonly emitted: Emitted;
  readonly parts: StretchPart[];
}

/** Bytes of a stretch: encoded, or to be copied from the image. */
interface StretchPart {
  readonly start: number;
  readonly end: number;
  /** Encoded bytes. */
  readonly view: DataView | undefined;
  readonly source: ImageSource | undefined;
  readonly from: number;
}

/**
 * The result as it is produced, one record ahead of its reader. Bytes before the reader's position are discarded, so windows move forward, or back
 * within a record.
 */
class RehearsedResult implements ImageSource, ImageSink {
  view: DataView = new DataView(new ArrayBuffer(0));
  private readonly emission: Iterator<Emitted>;
  private readonly writer: ImageWriter;
  private stretches: ReadBack[] = [];
  private gathered: StretchPart[] = [];
  /** Number of bytes produced so far. */
  private end = 0;
  /** Whether the reader has reached the last record. */
  private isSeen = true;
  private isOver = false;

  constructor(format: ImageFormat, emission: (writer: ImageWriter) => Iterable<Emitted>) {
    this.writer = new ImageWriter(format, this);
    this.emission = emission(this.writer)[Symbol.iterator]();
  }

  /** Number of bytes produced so far, up to the end of a record: one record more than the reader has seen, if there is one. */
  get size(): number {
    if (this.isSeen) this.pull();
    return this.end;
  }

  window(offset: number, length: number): number {
    while (offset + length > this.end && this.pull());
    while (this.stretches.length > 1 && offset >= (this.stretches[0] as ReadBack).end) this.stretches.shift();
    const first = this.stretches[0];
    if (!first || offset < first.start || offset + length > this.end) throw outside(offset, length, this.end);
    if (offset + length > (this.stretches.at(-1) as ReadBack).start) this.isSeen = true;
    for (const { start, end, view } of first.parts)
      if (view && start <= offset && offset + length <= end) {
        this.view = view;
        return offset - start;
      }
    const into = new Uint8Array(length);
    for (const { parts } of this.stretches) for (const part of parts) fill(into, offset, part);
    this.view = viewOf(into);
    return 0;
  }

  write(bytes: Uint8Array): void {
    this.gather(bytes.length, { view: viewOf(bytes.slice()), source: undefined, from: 0 });
  }

  copy(source: ImageSource, start: number, end: number): void {
    this.gather(end - start, { view: undefined, source, from: start });
  }

  /** Origin of the record at an offset, unless it was discarded. */
  originAt(offset: number): Origin | undefined {
    const stretch = this.stretches.find(({ start, end }) => start <= offset && offset < end);
    if (!stretch) return undefined;
    const { emitted, start } = stretch;
    return emitted.kind === "run" ? emitted.originAt(offset - start) : emitted.origin;
  }

  /** Produces the remaining records without reading them. */
  finish(): void {
    while (this.pull()) this.stretches = [];
  }

  /**
   * Produces the next record.
   *
   * @returns whether there was one
   */
  private pull(): boolean {
    if (this.isOver) return false;
    do {
      const { value, done } = this.emission.next();
      this.writer.flush();
      if (done) {
        this.isOver = true;
        return false;
      }
      // A record that cannot be encoded produces no bytes.
      const [first] = this.gathered;
      if (first) {
        const { start } = first;
        this.stretches.push({ start, end: this.end, emitted: value, parts: this.gathered });
      }
    } while (this.gathered.length === 0);
    this.gathered = [];
    this.isSeen = false;
    return true;
  }

  private gather(length: number, what: Pick<StretchPart, "view" | "source" | "from">): void {
    if (length === 0) return;
    this.gathered.push({ start: this.end, end: this.end + length, ...what });
    this.end += length;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Copies the bytes that a part has from `offset` on to their place in `into`. */
function fill(into: Uint8Array, offset: number, { start, end, view, source, from }: StretchPart): void {
  const first = Math.max(start, offset);
  const last = Math.min(end, offset + into.length);
  if (first >= last) return;
  const at = from + first - start;
  if (view) into.set(new Uint8Array(view.buffer, view.byteOffset + at, last - first), first - offset);
  else if (source) into.set(windowBytes(source, at, last - first), first - offset);
}
