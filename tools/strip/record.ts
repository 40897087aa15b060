/** Strips one record: its struct, the elements after it or its payload, and all further bytes. */
import type { BoundStruct } from "../../runtime/index.js";
import { HEADER_SIZE, type RecordKind } from "../image/abi/format.js";
import type { Tail } from "../image/abi/tail.js";
import { copyBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { elementPlaces } from "../image/record/elements.js";
import type { ByteRange, ImageRecord } from "../image/record/records.js";
import type { TreeNode } from "../image/tree.js";
import { askedOfElement, askedOfRecord } from "./asked.js";
import { clearBytes } from "./clear.js";
import type { ContentFilter } from "./contents.js";
import type { Stripped } from "./options.js";
import type { Fate, Policy } from "./policy.js";
import { removed, type Splice } from "./splice.js";
import { StructPlan } from "./struct-plan.js";
import { textSplice } from "./text.js";

/** A part of a record after header and struct, in bytes from the start of the image. */
interface RecordPart {
  readonly end: number;
  readonly splices: Iterable<Splice>;
}

/** Kinds of which all bytes count as removed, whether they were zero or not. */
const COUNTED_WHOLE: ReadonlySet<keyof Stripped | undefined> = new Set([
  "memory",
  "pipes",
  "sockets",
  "messages",
  "tty",
]);

/** Number of bytes of elements that are read together. */
const BATCH_BYTES = 64 * 1024;

export class RecordStripper {
  private readonly plans = new Map<RecordKind, Map<BoundStruct, StructPlan>>();
  private readonly elementPlans = new Map<string, StructPlan>();
  /** Expected number of bytes of a payload, by the offset of a record with another number. */
  private readonly announced: ReadonlyMap<number, number>;

  constructor(
    private readonly image: Image,
    private readonly policy: Policy,
    private readonly contents: ContentFilter,
    private readonly stripped: Stripped,
  ) {
    this.announced = new Map(
      image.problems.flatMap(({ offset, announced }) =>
        announced === undefined ? [] : [[offset, announced] as const],
      ),
    );
  }

  /** Changes of a record and of the bytes that belong to it, in their order. */
  *splices(node: TreeNode, record: ImageRecord): Generator<Splice, void, void> {
    const { contents } = this;
    if (contents.leavesOut(node.label, record)) {
      yield removed({ start: record.offset, end: record.next });
      return;
    }
    const isEmptied = contents.isEmptied(node.label, record);
    const struct = record.structIn(this.image.source);
    const tail = struct && this.image.format.tail(struct);
    const headEnd = Math.min(record.end, record.offset + (tail?.member.offset ?? struct?.layout.size ?? HEADER_SIZE));
    const part = struct && tail ? this.tail(record, struct, tail) : this.payload(node, record, isEmptied);
    yield* this.head(record, struct, headEnd, isEmptied);
    yield* part?.splices ?? [];
    yield* this.clear({ start: part?.end ?? headEnd, end: record.end }, "leftovers");
    yield* this.raw(record, isEmptied);
  }

  private *head(
    record: ImageRecord,
    struct: BoundStruct | undefined,
    end: number,
    isEmptied: boolean,
  ): Generator<Splice, void, void> {
    const plan = record.kind && struct && this.planOf(record.kind, struct);
    if (!isEmptied && (!plan || plan.staysWhole)) return;
    const { offset: start } = record;
    const bytes = copyBytes(this.image.source, start, end - start);
    plan?.apply(bytes, this.count);
    if (isEmptied) this.contents.empty(record, bytes);
    yield { start, end, bytes };
  }

  private tail(
    record: ImageRecord,
    struct: BoundStruct,
    { member, elementSize, announced }: Tail,
  ): RecordPart | undefined {
    const { source } = this.image;
    const { size } = struct.layout;
    if (record.length < size) return undefined;
    const start = record.offset + member.offset;
    const room = Math.floor((record.end - start) / elementSize);
    const count = Math.max(0, Math.min(room, announced(source.view, source.window(record.offset, size))));
    const end = start + count * elementSize;
    if (!member.struct) {
      const fate = this.policy.field(struct.entry.key, member.key, member.meaning, false);
      return { end, splices: this.settle({ start, end }, fate, false, false) };
    }
    const plan = this.elementPlanOf(undefined, member.struct);
    return { end, splices: this.elements(plan, { start, end }, elementSize) };
  }

  private payload(node: TreeNode, record: ImageRecord, isEmptied: boolean): RecordPart | undefined {
    const { format } = this.image;
    const { start } = record.payload;
    const end = Math.min(record.end, start + (this.announced.get(record.offset) ?? Number.POSITIVE_INFINITY));
    if (start >= end) return undefined;
    if (isEmptied) return { end: record.end, splices: [removed(record.payload)] };
    // An unknown record may contain anything.
    if (!record.kind || record.kind.opaque) return { end, splices: this.clear({ start, end }, "values") };
    if (node.label === "page_batch") return { end, splices: this.contents.pages({ start, end }) };
    const contains = node.contains ?? record.kind.payload;
    const places = elementPlaces(format, record, contains);
    const element = contains?.of === undefined ? undefined : format.struct(contains.of);
    if (contains?.kind === "array" && element) {
      const plan = this.elementPlanOf(node.label ?? record.name, element);
      if (places) return { end, splices: this.elements(plan, { start, end }, places.size) };
      // The start of elements is then not known, so the kernel's private bytes may be anywhere.
      return { end, splices: this.settle({ start, end }, this.policy.privatePart, false, false) };
    }
    const name = node.label ?? record.name;
    const fate = this.policy.payload(name);
    return { end, splices: this.settle({ start, end }, fate, contains?.kind === "text", name === "message") };
  }

  /** Bytes after the record that its length does not count. */
  private raw(record: ImageRecord, isEmptied: boolean): Iterable<Splice> {
    const { raw, rawLength } = record;
    if (rawLength === 0) return [];
    return isEmptied ? [removed(raw)] : this.settle(raw, this.policy.payload(record.name), false, false);
  }

  /**
   * Keeps, masks or clears a range of the image, as its fate is.
   *
   * @param isMessage whether the text begins with a NUL
   */
  private settle(range: ByteRange, fate: Fate, isText: boolean, isMessage: boolean): Iterable<Splice> {
    if (!fate.stays) return this.clear(range, fate.kind);
    return isText || isMessage ? [textSplice(range, fate.masked, isMessage, this.count)] : [];
  }

  /**
   * Clears what does not stay in the elements of an array.
   *
   * @param size distance of elements in bytes: more than the struct if the kernel keeps bytes after the fields
   */
  private *elements(plan: StructPlan, { start, end }: ByteRange, size: number): Generator<Splice, void, void> {
    const fields = plan.size;
    const last = end - ((end - start) % size);
    const { privatePart } = this.policy;
    const clearsPrivate = size > fields && !privatePart.stays;
    if (clearsPrivate || !plan.staysWhole) {
      const batch = size * Math.max(1, Math.floor(BATCH_BYTES / size));
      for (let at = start; at < last; at += batch) {
        const bytes = copyBytes(this.image.source, at, Math.min(batch, last - at));
        for (let i = 0; i < bytes.length; i += size) {
          plan.apply(bytes.subarray(i, i + fields), this.count);
          if (clearsPrivate) clearBytes(bytes.subarray(i + fields, i + size), privatePart.kind, this.count);
        }
        yield { start: at, end: at + bytes.length, bytes };
      }
    }
    yield* this.clear({ start: last, end }, "leftovers");
  }

  private *clear({ start, end }: ByteRange, kind: keyof Stripped | undefined): Generator<Splice, void, void> {
    if (start >= end) return;
    if (kind && COUNTED_WHOLE.has(kind)) this.stripped[kind] += end - start;
    const count = COUNTED_WHOLE.has(kind) ? () => {} : this.count;
    yield { start, end, change: (piece) => clearBytes(piece, kind, count) };
  }

  private readonly count = (kind: keyof Stripped | undefined): void => {
    if (kind) this.stripped[kind]++;
  };

  private planOf(kind: RecordKind, struct: BoundStruct): StructPlan {
    const plans = this.plans.get(kind) ?? new Map<BoundStruct, StructPlan>();
    this.plans.set(kind, plans);
    const { format } = this.image;
    const plan =
      plans.get(struct) ?? new StructPlan(format, this.policy, struct, askedOfRecord(kind, struct)).withHeader();
    plans.set(struct, plan);
    return plan;
  }

  /**
   * The plan for the elements of an array; built once per label and struct.
   *
   * @param label of the payload; undefined for the array at the end of a struct
   */
  private elementPlanOf(label: string | undefined, struct: BoundStruct): StructPlan {
    const { format } = this.image;
    const key = `${label} ${struct.name}`;
    const plan =
      this.elementPlans.get(key) ?? new StructPlan(format, this.policy, struct, askedOfElement(label, struct));
    this.elementPlans.set(key, plan);
    return plan;
  }
}
