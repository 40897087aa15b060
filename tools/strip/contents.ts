/**
 * What processes had in memory and on its way between them: pages, pipes, sockets, messages, terminal input. Records in, splices out.
 *
 * Where the format has a form for nothing being there, nothing is there afterwards: pages, and what waits in pipes. Elsewhere counts, headers
 * and new objects among the contents depend on each other, so the bytes become zero where they are, and the image still tells how many
 * they were.
 */
import type { Image } from "../image/image.js";
import type { ByteRange, ImageRecord } from "../image/records.js";
import type { TreeNode } from "../image/tree.js";
import { kernelState } from "./kernel-state.js";
import type { Contents, StripOptions, Stripped } from "./options.js";
import { cut, type Splice, zeroed } from "./splice.js";

export class ContentsStripper {
  readonly stripped: Stripped = { memory: 0, pipes: 0, sockets: 0, messages: 0, tty: 0, kernel: 0 };
  /** Pages of the batch that comes next. */
  private announced = 0;
  private environmentAt = 0;

  /** @param environment where environment strings stand that become zero although memory is kept */
  constructor(
    private readonly image: Image,
    private readonly options: StripOptions,
    private readonly environment: readonly ByteRange[],
  ) {}

  /** What becomes of a record; undefined when nothing of it is contents. */
  splices(node: TreeNode, record: ImageRecord): Iterable<Splice> | undefined {
    switch (record.name) {
      case "PGARR":
        return this.count(record);
      case "HPAGE":
        return this.options.zero || this.keeps("memory") ? [] : [cut({ start: record.offset, end: record.next })];
      case "FILE_PIPE":
        return this.keeps("pipes") ? [] : this.oldPipe(record);
      case "SOCKET_FRAG":
        return this.zero("sockets", record.raw);
    }
    const { payload } = record;
    switch (node.label) {
      case "page_batch":
        return this.batch(record);
      case "huge_page":
        if (this.options.zero || this.keeps("memory")) return this.zero("memory", payload);
        return this.remove("memory", payload, record);
      case "pipe_contents":
        return this.pipe(record);
      case "socket_data":
        return this.zero("sockets", payload);
      case "message_text":
        return this.zero("messages", payload);
      case "tty_input":
        return this.zero("tty", payload);
    }
    return undefined;
  }

  private keeps(contents: Contents): boolean {
    return this.options.keep?.has(contents) === true;
  }

  /** The closing count stays, so that the list is empty. */
  private count(record: ImageRecord): Splice[] {
    this.announced = this.image.fields(record).number("nr_pages") ?? 0;
    if (this.announced === 0 || this.options.zero || this.keeps("memory")) return [];
    return [cut({ start: record.offset, end: record.next })];
  }

  private batch(record: ImageRecord): Iterable<Splice> {
    const { payload } = record;
    if (this.keeps("memory")) return this.zeroEnvironment(payload);
    if (!this.options.zero) return this.remove("memory", payload, record);
    const { wordSize, pageSize } = this.image.format;
    const positions = this.announced * wordSize;
    const fits = positions + this.announced * pageSize === payload.end - payload.start;
    return this.zero("memory", { start: payload.start + (fits ? positions : 0), end: payload.end });
  }

  private *zeroEnvironment({ start, end }: ByteRange): Generator<Splice, void, void> {
    for (; this.environmentAt < this.environment.length; this.environmentAt++) {
      const range = this.environment[this.environmentAt] as ByteRange;
      if (range.start >= end) return;
      if (range.end <= start) continue;
      const within = { start: Math.max(start, range.start), end: Math.min(end, range.end) };
      this.stripped.memory += within.end - within.start;
      yield zeroed(within);
      if (range.end > end) return;
    }
  }

  private pipe(record: ImageRecord): Splice[] {
    if (this.keeps("pipes") || this.options.zero) return this.zero("pipes", record.payload);
    const { start, end } = record.payload;
    this.stripped.pipes += end - start;
    return start === end ? [] : [this.headOf(record, start - record.offset), cut(record.payload)];
  }

  /** In old images a record counts the bytes, which stand behind it. */
  private oldPipe(record: ImageRecord): Splice[] {
    const place = record.kind?.place(record.kind.struct, "pipe_len");
    if (this.options.zero || !place) return this.zero("pipes", record.raw);
    this.stripped.pipes += record.rawLength;
    const start = record.offset + place.offset;
    return [{ start, end: start + place.size, bytes: new Uint8Array(place.size) }, cut(record.raw)];
  }

  /** The header of a record with another length. */
  private headOf(record: ImageRecord, length: number): Splice {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, record.type, this.image.format.littleEndian);
    view.setUint32(4, length, this.image.format.littleEndian);
    return { start: record.offset, end: record.offset + bytes.length, bytes };
  }

  private remove(kind: keyof Stripped, payload: ByteRange, record: ImageRecord): Splice[] {
    this.stripped[kind] += payload.end - payload.start;
    return [cut({ start: record.offset, end: record.next })];
  }

  /** Addresses of the kernel and what else it keeps for itself. */
  *kernelState(node: TreeNode, record: ImageRecord): Generator<Splice, void, void> {
    // The control data of a buffer go with the buffer.
    if (this.keeps("kernel") || (record.name === "SOCKET_BUFFER" && this.keeps("sockets"))) return;
    for (const { start, end } of kernelState(this.image, node, record)) {
      const change = (piece: Uint8Array) => {
        for (const byte of piece) if (byte !== 0) this.stripped.kernel++;
        piece.fill(0);
      };
      yield { start, end, change };
    }
  }

  private zero(kind: keyof Stripped, range: ByteRange): Splice[] {
    if (this.keeps(kind)) return [];
    this.stripped[kind] += range.end - range.start;
    return [zeroed(range)];
  }
}
