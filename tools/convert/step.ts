/** A change of the format between two versions that is more than other fields in a struct: what becomes of records and objects. */
import { decodeText } from "../image/abi/c-text.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import { type Items, isItems, type RecordContent, shortBytes } from "./content.js";
import type { FindingKind } from "./field-rule.js";
import { Group, type Lift, type Node, RecordNode } from "./nodes.js";
import { NewObject, type Numbering } from "./numbering.js";
import { itemsOf } from "./references.js";
import type { ConversionLog } from "./report.js";
import { isSame, remove } from "./values.js";

export interface Step {
  readonly id: string;
  /** What it does, in a few words for the plan. */
  readonly title: string;
  /** The version that brought the change. */
  readonly since: string;
  /** Architectures or families that have it; all without it. */
  readonly arches?: readonly string[];
  /** By schema key of a struct: fields whose meaning changes at the boundary, and whose value the step changes accordingly. */
  readonly meanings?: Readonly<Record<string, readonly string[]>>;
  /** From the version before to that version. */
  forward?(way: Crossing): Handlers;
  /** From that version to the one before. */
  backward?(way: Crossing): Handlers;
}

/**
 * What a step does with the nodes of a name, all of which are as the version on this side has them. The rules of the schema about single
 * fields are applied afterwards to what comes out.
 */
export interface Handlers {
  /** By label, or else by name. Without a result the record stays, with what was changed in it. */
  readonly records?: Readonly<Record<string, (record: RecordNode) => undefined | readonly Node[]>>;
  readonly rules?: Readonly<Record<string, (group: Group) => Group | undefined>>;
  /** By type. Without a result the object is left out. */
  readonly objects?: Readonly<Record<string, (group: Group) => Group | undefined>>;
}

/** What a step works with, for one step at one boundary. */
export class Crossing {
  constructor(
    /** The image that is converted. */
    readonly image: Image,
    /** The version on this side, and that on the other. */
    readonly before: ImageFormat,
    readonly after: ImageFormat,
    private readonly step: Step,
    private readonly boundary: string,
    /** Place of the version on the other side in the chain. */
    private readonly stage: number,
    private readonly chain: Lift,
    private readonly numbering: Numbering,
    private readonly log: ConversionLog,
  ) {}

  /** A record that the image does not have. */
  record(name: string, content: RecordContent = { fields: {} }, label?: string): RecordNode {
    return new RecordNode(name, label, this.stage, undefined, content);
  }

  rule(name: string, inner: readonly Node[]): Group {
    return new Group(name, undefined, undefined, this.stage, undefined, this.chain, () => inner);
  }

  object(type: string, objref: NewObject | number, inner: readonly Node[]): Group {
    return new Group(type, undefined, objref, this.stage, undefined, this.chain, () => inner);
  }

  newObject(): NewObject {
    return new NewObject();
  }

  /** Makes room for objects with the numbers from 1 on. */
  addFirst(count: number): void {
    this.numbering.addFirst(count);
  }

  /** The structs in the payload of a record, made one after the other. */
  items(record: RecordNode, of: string): Items {
    const { payload = new Uint8Array(0) } = record.parts;
    return isItems(payload) ? payload : itemsOf(this.image.format, payload, of);
  }

  /**
   * Leaves out an object with all that is in it.
   *
   * @param why what is told of it as lost; nothing where all of it comes back by itself, or is told elsewhere
   */
  drop(group: Group, why?: string): undefined {
    if (why !== undefined) this.lose(group, undefined, group.objref, why);
    this.dropNumber(group.objref);
    for (const node of group.each()) if (node.kind === "group") this.drop(node);
    return undefined;
  }

  /** Hears that nobody names an object of that number any more. */
  dropNumber(objref: number | NewObject | undefined): void {
    if (objref !== undefined) this.numbering.remove(objref);
  }

  /** Tells that the step had something to do. */
  worked(): void {
    this.log.worked(this.boundary, this.step.id, this.step.title);
  }

  /** Tells of something that is lost. */
  lose(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("losses", node, field, value, why);
  }

  /**
   * Takes a field out of a record that the other side has not, or sees otherwise, and that follows from the rest of the image. The way back will
   * give it what follows.
   *
   * @param right what it is on the way back, which is told unless it is so now
   * @returns what it was
   */
  derive(record: RecordNode, path: string, right: unknown, why: string): unknown {
    const value = remove(record.fields, path);
    if (!isSame(value, right)) this.repair(record, path, value, why);
    return value;
  }

  /**
   * Tells of a text that is left out.
   *
   * @param usual what the way back makes in its place
   */
  leaveText(record: RecordNode, usual: Uint8Array, why: string): void {
    const bytes = shortBytes(record.parts.payload);
    if (isSame(bytes, usual)) return;
    const text = decodeText(bytes);
    if (text !== decodeText(usual)) this.lose(record, record.label, text, why);
    else this.clear(record, record.label, bytes, "what stands behind the NUL is no part of the text");
  }

  /** Tells of a value that was not right, and is in the result. */
  repair(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("repairs", node, field, value, why);
  }

  /** Tells of bytes that mean nothing and are cleared. */
  clear(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("leftovers", node, field, value, why);
  }

  /** Tells of something that the image does not say and the other side wants to know. */
  invent(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("inventions", node, field, value, why);
  }

  /** Tells why the image cannot be converted. */
  refuse(node: Node, field: string | undefined, value: unknown, why: string): void {
    this.tell("obstacles", node, field, value, why);
  }

  tell(kind: FindingKind, { name, origin }: Node, field: string | undefined, value: unknown, why: string): void {
    const fact = { boundary: this.boundary, step: this.step.id, record: name, field, value, why, origin };
    if (kind === "wanted") this.log.want(fact);
    else this.log.add(kind, fact);
  }
}
