/** Writes converted nodes to the result. Unchanged records are copied, except for their type and the object numbers in them. */

import { concatUint8Arrays } from "uint8array-extras";
import { AbiError, type BoundStruct } from "../../runtime/index.js";
import { RefusalError } from "../errors/refusal-error.js";
import { HEADER_SIZE, type ImageFormat } from "../image/abi/format.js";
import type { Progress } from "../image/bytes/progress.js";
import { windowBytes } from "../image/bytes/source.js";
import { structBytes } from "../verify/struct-bytes.js";
import type { Values } from "../write/keyed-codec.js";
import { pause } from "../write/pause.js";
import type { Excerpt, Payload, Pieces } from "../write/payload.js";
import { structEncoder } from "../write/struct-bytes.js";
import type { ImageWriter } from "../write/writer.js";
import { type Data, type Items, isItems, PADDED, SourceBytes } from "./content.js";
import type { Identity } from "./identity.js";
import type { KernelStructs } from "./kernel-structs.js";
import type { GroupNode, Node, RecordNode } from "./nodes.js";
import type { Numbering } from "./numbering.js";
import type { Origin } from "./origin.js";
import { isSameStruct, type LostPadding, type PaddingKeeper } from "./padding.js";
import { References } from "./references.js";
import type { Run } from "./run.js";
import { SourceGroup } from "./source.js";

/** Number of records between two yields to the event loop, for signals and progress. */
const YIELD_RECORDS = 4096;

/** Number of elements that are encoded at once. */
const BATCH_ELEMENTS = 1024;

/** A node or a part of a run that was written. */
export type Emitted = Node | Run;

/** A record that cannot be written, and why. */
export interface WriteFailure {
  readonly record: string;
  /** Path of the field that does not fit; undefined for the whole record. */
  readonly field?: string | undefined;
  readonly value?: unknown;
  readonly why: string;
  readonly origin: Origin | undefined;
}

export class Emitter {
  private readonly references: References;
  private readonly encoders = new Map<string, (fields: Values) => Uint8Array>();
  /** By struct of an array: whether the struct is the same on both sides. */
  private readonly checked = new Map<string, boolean>();
  private count = 0;

  constructor(
    private readonly format: ImageFormat,
    private readonly numbering: Numbering,
    private readonly identity: Identity,
    private readonly kernelStructs: KernelStructs,
    private readonly padding: PaddingKeeper,
  ) {
    this.references = new References(format, numbering);
  }

  /** Visits the nodes without writing them, so that all object numbers and all records of the image that the result keeps are known. */
  survey(nodes: Iterable<Node>, lostPadding: LostPadding, onProgress: Progress | undefined): void {
    for (const node of flat(nodes)) {
      if (node.kind === "run") {
        node.survey(this.numbering);
        lostPadding.keep(node.first, node.end);
        this.count += node.end - node.first;
        onProgress?.(node.offset, node.image.source.size);
        continue;
      }
      if (node.kind === "group") {
        if (node.objref !== undefined) this.numbering.numberOf(node.objref);
        continue;
      }
      this.tell(node, onProgress);
      this.references.survey(node);
      this.identity.survey(node);
      this.kernelStructs.survey(node);
      lostPadding.survey(node);
    }
  }

  /** Writes the nodes, and yields to the event loop from time to time. */
  async write(nodes: Iterable<Node>, writer: ImageWriter, onProgress: Progress | undefined): Promise<void> {
    let next = YIELD_RECORDS;
    for (const _ of this.each(nodes, writer, onProgress)) {
      if (this.count < next) continue;
      next = this.count + YIELD_RECORDS;
      await pause();
    }
  }

  /**
   * Writes the nodes one by one, and yields each after it was written.
   *
   * @param onFailure called for each record that cannot be written and is left out; without it the first one throws
   */
  *each(
    nodes: Iterable<Node>,
    writer: ImageWriter,
    onProgress: Progress | undefined,
    onFailure?: (failure: WriteFailure) => void,
  ): Generator<Emitted, void, void> {
    for (const node of flat(nodes)) {
      if (node.kind === "run") {
        yield* this.run(node, writer, onProgress);
        continue;
      }
      if (node.kind === "group" && node.objref === undefined) continue;
      try {
        if (node.kind === "group") this.introduce(node, writer);
        else this.put(node, writer, onProgress);
      } catch (error) {
        const failure = onFailure && failureOf(error, node);
        if (!failure) throw error;
        onFailure(failure);
      }
      yield node;
    }
  }

  private *run(run: Run, writer: ImageWriter, onProgress: Progress | undefined): Generator<Run, void, void> {
    for (let row = run.first; row < run.end; ) {
      const written = run.write(writer, this.numbering, row);
      row = written.end;
      this.count += written.end - written.first;
      onProgress?.(written.offset, run.image.source.size);
      yield written;
    }
  }

  private put(node: RecordNode, writer: ImageWriter, onProgress: Progress | undefined): void {
    this.tell(node, onProgress);
    if (this.identity.concerns(node)) this.identity.apply(node);
    const payload = this.kernelStructs.payload(node);
    if (payload || !this.copy(node, writer)) this.encode(node, writer, payload);
  }

  private tell({ origin }: RecordNode, onProgress: Progress | undefined): void {
    if (++this.count % YIELD_RECORDS === 0 && origin) onProgress?.(origin.node.offset, origin.image.source.size);
  }

  private introduce({ name, objref }: GroupNode, writer: ImageWriter): void {
    if (objref === undefined) return;
    const type = [...this.format.abi.objects].find(([, object]) => object.name === name)?.[0];
    writer.record("OBJREF", { fields: { objtype: type, objref: this.numbering.numberOf(objref) } });
  }

  /** Copies a record of the image if it is unchanged. Returns whether it did. */
  private copy(node: RecordNode, writer: ImageWriter): boolean {
    if (!node.untouched || !node.origin) return false;
    const { image, node: place } = node.origin;
    const { record } = place;
    if (!record) return false;
    const { kind, length } = record;
    const target = this.format.kind(node.name);
    const { source } = image;
    let head = HEADER_SIZE;
    let struct: BoundStruct | undefined;
    if (kind) {
      if (!target) throw new TypeError(`${this.format.abi.name} has no ${node.name}`);
      struct = record.structIn(source);
      if (!this.isSame(struct) || kind.opaque !== target.opaque) return false;
      head = Math.min(length, struct?.layout.size ?? HEADER_SIZE);
    }
    this.checkElements(node);
    const bytes = windowBytes(source, record.offset, head).slice();
    const view = new DataView(bytes.buffer);
    if (!this.numbering.isIdentity && !this.references.patch(node, record, view)) return false;
    if (struct && !this.padding.isKept(struct))
      for (const { offset, size } of structBytes(struct).gaps) bytes.fill(0, offset, offset + size);
    view.setUint32(0, target?.number ?? record.type, this.format.littleEndian);
    writer.bytes(bytes);
    writer.copy(source, record.offset + head, record.next);
    return true;
  }

  private isSame(struct: BoundStruct | undefined): boolean {
    return !struct || isSameStruct(struct, this.format.struct(struct.entry.descriptor.key));
  }

  /**
   * Encodes a record and passes it to the writer.
   *
   * @param resized the payload, if it differs from that of the node
   */
  private encode(node: RecordNode, writer: ImageWriter, resized: Pieces | undefined): void {
    if (node.name === "") throw new TypeError("a record of an unknown type cannot be changed");
    this.references.resolve(node);
    const { fields, tail, payload, raw, configuration } = node.parts;
    writer.record(node.name, {
      fields,
      tail,
      payload: resized ?? (payload && this.dataOf(payload, node)),
      raw: raw && this.pieces(raw),
      configuration,
      base: this.padding.baseOf(node),
    });
  }

  /**
   * Checks that the elements of a record's array have the same struct in the version of the image and in that of the result.
   *
   * @throws {RefusalError} (`impossible-conversion`) when the result would read bytes of an array as other structs than they are
   */
  private checkElements({ name, origin }: RecordNode): void {
    const of = origin?.node.contains?.of;
    if (of === undefined || origin === undefined) return;
    const known = this.checked.get(of);
    // A version without the struct has no such array either; the record that announces the array reports that.
    const isSame = known ?? (!this.format.struct(of) || this.isSame(origin.image.format.struct(of)));
    if (known === undefined) this.checked.set(of, isSame);
    const { version } = this.format.abi.target;
    if (!isSame)
      throw new RefusalError(
        "impossible-conversion",
        `${name}: ${version} has another form of ${of}, and no step of the converter rewrites the array`,
      );
  }

  private dataOf(data: Data, node: RecordNode): Payload {
    if (data instanceof SourceBytes) this.checkElements(node);
    const of = node.origin?.node.contains?.of;
    if (!isItems(data) && of !== undefined && !this.numbering.isIdentity && this.references.inStruct(of).length > 0)
      return this.pieces(this.references.items(data, of));
    return this.pieces(data);
  }

  private pieces(data: Data): Uint8Array | Pieces | Excerpt {
    if (!isItems(data)) return data;
    return { length: data.count * (this.format.elementSize(data.of) ?? 0), pieces: this.encoded(data) };
  }

  private *encoded(items: Items): Generator<Uint8Array, void, void> {
    const encode = this.encoders.get(items.of) ?? structEncoder(this.format, items.of);
    this.encoders.set(items.of, encode);
    const struct = this.format.struct(items.of);
    const gaps = struct && this.padding.isKept(struct) ? structBytes(struct).gaps : [];
    let gathered: Uint8Array[] = [];
    for (const item of items.each()) {
      if (!items.numbered) this.references.resolveIn(item, items.of);
      const bytes = encode(item);
      const base = item[PADDED];
      if (base) for (const { offset, size } of gaps) bytes.set(base.subarray(offset, offset + size), offset);
      gathered.push(bytes);
      if (gathered.length === BATCH_ELEMENTS) {
        yield concatUint8Arrays(gathered);
        gathered = [];
      }
    }
    yield concatUint8Arrays(gathered);
  }
}

/** The failure that an error describes; undefined for an error that is not about the node. */
function failureOf(error: unknown, { name, origin }: Node): WriteFailure | undefined {
  if (error instanceof RefusalError) return { record: name, why: error.message, origin };
  if (!(error instanceof AbiError)) return undefined;
  const { field, value } = error as { field?: string; value?: unknown };
  return { record: name, field, value, why: error.message, origin };
}

/** The nodes and all their descendants, groups before their contents; runs are not taken apart. */
function* flat(nodes: Iterable<Node>): Generator<Node | Run, void, void> {
  const open: Iterator<Node | Run>[] = [nodes[Symbol.iterator]()];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const { value, done } = last.next();
    if (done) {
      open.pop();
      continue;
    }
    yield value;
    if (value instanceof SourceGroup) open.push(value.contents());
    else if (value.kind === "group") open.push(value.each());
  }
}
