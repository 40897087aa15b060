/** The nodes of an image during a conversion: records, and groups with a rule or object around them. Each knows the version whose form it has. */
import { isItems, type RecordContent, readContent } from "./content.js";
import type { NewObject } from "./numbering.js";
import type { Origin } from "./origin.js";

export type Node = RecordNode | GroupNode;

/** Converts nodes from their version to another one. */
export interface Lift {
  lift(node: Node, stage: number): Iterable<Node>;
}

export class RecordNode {
  readonly kind = "record";
  private content: RecordContent | undefined;

  constructor(
    /** Without `CKPT_HDR_`; empty for a record of an unknown type. */
    readonly name: string,
    /** Name that the grammar gives the record at its place. */
    readonly label: string | undefined,
    /** Index of the record's version in the chain of versions, 0 for that of the image. */
    public stage: number,
    readonly origin: Origin | undefined,
    content?: RecordContent,
  ) {
    this.content = content;
  }

  /** Name by which steps select it: the label, or else the record name. */
  get key(): string {
    return this.label ?? this.name;
  }

  /** Whether the fields were never read, so that they are unchanged. */
  get untouched(): boolean {
    return this.content === undefined && this.origin !== undefined;
  }

  /** Element type of an array payload: schema key of a struct, or a width; undefined for another payload. */
  get elementType(): string | undefined {
    const payload = this.content?.payload;
    if (payload && isItems(payload)) return payload.of;
    if (payload instanceof Uint8Array || !this.origin) return undefined;
    const { contains, record } = this.origin.node;
    const entry = contains ?? record?.kind?.payload;
    return entry?.kind === "array" ? entry.of : undefined;
  }

  /** Fields and payload; may be changed in place. */
  get parts(): RecordContent {
    this.content ??= this.origin ? readContent(this.origin) : { fields: {} };
    return this.content;
  }

  get fields(): RecordContent["fields"] {
    return this.parts.fields;
  }

  /** A field as a number; 0 if the record has no such field. */
  number(path: string): number {
    let value: unknown = this.fields;
    for (const key of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
    return Number(value ?? 0);
  }
}

/** What identifies a group. */
interface GroupHead {
  /** Name of the rule, or of the object type. */
  readonly name: string;
  /** Name that the grammar gives the group at its place. */
  readonly label?: string | undefined;
  /** Number of an object; undefined for a rule. */
  readonly objref?: number | NewObject | undefined;
  /** Index of the group's version in the chain of versions, 0 for that of the image. */
  readonly stage: number;
  readonly origin?: Origin | undefined;
}

/** A rule of the grammar with its records, or a shared object with its body. */
export class GroupNode {
  readonly kind = "group";
  readonly name: string;
  readonly label: string | undefined;
  readonly objref: number | NewObject | undefined;
  readonly origin: Origin | undefined;
  public stage: number;

  /** @param inner the nodes in the group, each of any version up to that of the group */
  constructor(
    private readonly head: GroupHead,
    private readonly chain: Lift,
    private readonly inner: () => Iterable<Node>,
  ) {
    this.name = head.name;
    this.label = head.label;
    this.objref = head.objref;
    this.origin = head.origin;
    this.stage = head.stage;
  }

  get isObject(): boolean {
    return this.objref !== undefined;
  }

  /** The nodes in the group, converted to the version of the group. */
  *each(): Generator<Node, void, void> {
    for (const node of this.inner()) yield* this.chain.lift(node, this.stage);
  }

  /** A copy of the group with other children, which may be of its own version or the next. */
  with(inner: () => Iterable<Node>): GroupNode {
    return new GroupNode({ ...this.head, stage: this.stage }, this.chain, inner);
  }
}

export function isRecord<K extends string>(node: Node, key: K): node is RecordNode & { readonly key: K } {
  return node.kind === "record" && node.key === key;
}

export function isRule<N extends string>(node: Node, name: N): node is GroupNode & { readonly name: N } {
  return node.kind === "group" && !node.isObject && node.name === name;
}

export function isObject<N extends string>(node: Node, type: N): node is GroupNode & { readonly name: N } {
  return node.kind === "group" && node.isObject && node.name === type;
}
