/** A change of the format between two versions that is more than a change of fields: what it does to records and objects. */
import { decodeText } from "../image/abi/c-text.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import { type Items, isItems, type RecordContent, shortBytes } from "./content.js";
import type { FindingKind } from "./field-rule.js";
import { GroupNode, type Lift, type Node, RecordNode } from "./nodes.js";
import { NewObject, type Numbering } from "./numbering.js";
import { itemsOf } from "./references.js";
import type { ConversionLog } from "./report.js";
import { isSame, remove } from "./values.js";

export interface ConversionStep {
  readonly id: string;
  /** What the step does, in a few words for the plan. */
  readonly title: string;
  /** The version that introduced the change. */
  readonly since: string;
  /** Architectures or families that it applies to; all by default. */
  readonly arches?: readonly string[];
  /** By schema key of a struct: fields whose meaning changes at the boundary and whose value the step changes accordingly. */
  readonly meanings?: Readonly<Record<string, readonly string[]>>;
  /** Handlers from the version before to `since`. */
  forward?(way: Crossing): StepHandlers;
  /** Handlers from `since` to the version before. */
  backward?(way: Crossing): StepHandlers;
}

/** Handlers by node name. Nodes arrive in the form of `before`. The rules of the schema for single fields are applied to the results afterwards. */
export interface StepHandlers {
  /** By label, or else by name. If the handler returns undefined, the record stays, with the changes made to it. */
  readonly records?: Readonly<Record<string, (record: RecordNode) => undefined | readonly Node[]>>;
  readonly rules?: Readonly<Record<string, (group: GroupNode) => GroupNode | undefined>>;
  /** By object type. If the handler returns undefined, the object is removed. */
  readonly objects?: Readonly<Record<string, (group: GroupNode) => GroupNode | undefined>>;
}

/** What all steps of a conversion share. */
export interface ConversionContext {
  /** The image that is converted. */
  readonly image: Image;
  readonly chain: Lift;
  readonly numbering: Numbering;
  readonly log: ConversionLog;
}

/** A boundary between two adjacent versions, in the direction of the conversion. */
interface Sides {
  /** For reports: `v20 → v21`. */
  readonly name: string;
  readonly before: ImageFormat;
  readonly after: ImageFormat;
  /** Index in the chain of the version after the boundary. */
  readonly stage: number;
}

/** Context of one step at one boundary. */
export class Crossing {
  /** The image that is converted. */
  readonly image: Image;
  /** The version before the boundary, in the direction of the conversion. */
  readonly before: ImageFormat;
  /** The version after it. */
  readonly after: ImageFormat;
  private readonly chain: Lift;
  private readonly numbering: Numbering;
  private readonly log: ConversionLog;

  constructor(
    conversion: ConversionContext,
    private readonly sides: Sides,
    private readonly step: ConversionStep,
  ) {
    this.image = conversion.image;
    this.chain = conversion.chain;
    this.numbering = conversion.numbering;
    this.log = conversion.log;
    this.before = sides.before;
    this.after = sides.after;
  }

  /** A new record that the image does not have. */
  record(name: string, content: RecordContent = { fields: {} }, label?: string): RecordNode {
    return new RecordNode(name, label, this.sides.stage, undefined, content);
  }

  rule(name: string, inner: readonly Node[]): GroupNode {
    return new GroupNode({ name, stage: this.sides.stage }, this.chain, () => inner);
  }

  object(type: string, objref: NewObject | number, inner: readonly Node[]): GroupNode {
    return new GroupNode({ name: type, objref, stage: this.sides.stage }, this.chain, () => inner);
  }

  newObject(): NewObject {
    return new NewObject();
  }

  /** Reserves the object numbers from 1 on for new objects. */
  addFirst(count: number): void {
    this.numbering.addFirst(count);
  }

  /** The structs in the payload of a record, decoded one by one. */
  items(record: RecordNode, of: string): Items {
    const { payload = new Uint8Array(0) } = record.parts;
    return isItems(payload) ? payload : itemsOf(this.image.format, payload, of);
  }

  /**
   * Removes an object with all its contents.
   *
   * @param why reason of the loss to report; omitted if all of it is restored on the way back, or reported elsewhere
   */
  drop(group: GroupNode, why?: string): undefined {
    if (why !== undefined) this.lose(group, undefined, group.objref, why);
    this.dropNumber(group.objref);
    for (const node of group.each()) if (node.kind === "group") this.drop(node);
    return undefined;
  }

  /** Registers that no reference to an object number remains. */
  dropNumber(objref: number | NewObject | undefined): void {
    if (objref !== undefined) this.numbering.remove(objref);
  }

  /** Reports that the step changed something. */
  worked(): void {
    this.log.worked(this.sides.name, this.step.id, this.step.title);
  }

  /** Reports a loss. */
  lose(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("losses", node, field, value, why);
  }

  /**
   * Removes a field that follows from the rest of the image, and that the other side lacks or defines differently. The way back computes it again.
   *
   * @param right value that the way back computes; another value is reported as a repair
   * @returns the removed value
   */
  derive(record: RecordNode, path: string, right: unknown, why: string): unknown {
    const value = remove(record.fields, path);
    if (!isSame(value, right)) this.repair(record, path, value, why);
    return value;
  }

  /**
   * Reports a text that is removed.
   *
   * @param usual text that the way back makes in its place
   */
  leaveText(record: RecordNode, usual: Uint8Array, why: string): void {
    const bytes = shortBytes(record.parts.payload);
    if (isSame(bytes, usual)) return;
    const text = decodeText(bytes);
    if (text !== decodeText(usual)) this.lose(record, record.label, text, why);
    else this.clear(record, record.label, bytes, "bytes after the NUL are not part of the text");
  }

  /** Reports a wrong value that the result corrects. */
  repair(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("repairs", node, field, value, why);
  }

  /** Reports bytes without meaning that are cleared. */
  clear(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("leftovers", node, field, value, why);
  }

  /** Reports a value that the image lacks and the other side needs. */
  invent(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("inventions", node, field, value, why);
  }

  /** Reports an obstacle: why the image cannot be converted. */
  refuse(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("obstacles", node, field, value, why);
  }

  tell(kind: FindingKind, { name, origin }: Node, field: string | undefined, value: unknown, why: string): void {
    const fact = { boundary: this.sides.name, step: this.step.id, record: name, field, value, why, origin };
    if (kind === "wanted") this.log.want(fact);
    else this.log.add(kind, fact);
  }
}
