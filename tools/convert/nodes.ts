import { isItems, type RecordContent, readContent } from "./content.js";
import type { NewObject } from "./numbering.js";
import type { Origin } from "./origin.js";

export type Node = RecordNode | Group;

/** Brings nodes from the version in which they are to another one. */
export interface Lift {
  lift(node: Node, stage: number): Iterable<Node>;
}

export class RecordNode {
  readonly kind = "record";
  private content: RecordContent | undefined;

  constructor(
    /** Without `CKPT_HDR_`; empty for a record of an unknown type. */
    readonly name: string,
    /** What the grammar calls it at its place. */
    readonly label: string | undefined,
    /** Place of the version that it is of in the chain of versions, 0 for that of the image. */
    public stage: number,
    readonly origin: Origin | undefined,
    content?: RecordContent,
  ) {
    this.content = content;
  }

  /** By what steps name it: its label, or else its name. */
  get key(): string {
    return this.label ?? this.name;
  }

  /** Whether nobody has looked at its fields, so that they are as they were in the image. */
  get untouched(): boolean {
    return this.content === undefined && this.origin !== undefined;
  }

  /** Schema key of the struct of which the payload is an array, or a width; undefined for another payload. */
  get elementType(): string | undefined {
    const payload = this.content?.payload;
    if (payload && isItems(payload)) return payload.of;
    if (payload instanceof Uint8Array || !this.origin) return undefined;
    const { contains, record } = this.origin.node;
    const entry = contains ?? record?.kind?.payload;
    return entry?.kind === "array" ? entry.of : undefined;
  }

  /** Fields and payload, which may be changed. */
  get parts(): RecordContent {
    this.content ??= this.origin ? readContent(this.origin) : { fields: {} };
    return this.content;
  }

  get fields(): RecordContent["fields"] {
    return this.parts.fields;
  }

  /** A field as a number; 0 when the record has none of that name. */
  number(path: string): number {
    let value: unknown = this.fields;
    for (const key of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
    return Number(value ?? 0);
  }
}

/** A rule of the grammar, or an object with its body. */
export class Group {
  readonly kind = "group";

  constructor(
    /** Name of the rule, or of the object type. */
    readonly name: string,
    readonly label: string | undefined,
    /** Number of an object; undefined for a rule. */
    readonly objref: number | NewObject | undefined,
    public stage: number,
    readonly origin: Origin | undefined,
    private readonly chain: Lift,
    /** The nodes in it, each of whatever version up to that of the group. */
    private readonly inner: () => Iterable<Node>,
  ) {}

  get isObject(): boolean {
    return this.objref !== undefined;
  }

  /** The nodes in it, as they are in the version of the group. */
  *each(): Generator<Node, void, void> {
    for (const node of this.inner()) yield* this.chain.lift(node, this.stage);
  }

  /** The same with other nodes in it, as it is in its version or the next one. */
  with(inner: () => Iterable<Node>): Group {
    const { name, label, objref, stage, origin, chain } = this;
    return new Group(name, label, objref, stage, origin, chain, inner);
  }
}

export function isRecord<K extends string>(node: Node, key: K): node is RecordNode & { readonly key: K } {
  return node.kind === "record" && node.key === key;
}

export function isRule<N extends string>(node: Node, name: N): node is Group & { readonly name: N } {
  return node.kind === "group" && !node.isObject && node.name === name;
}

export function isObject<N extends string>(node: Node, type: N): node is Group & { readonly name: N } {
  return node.kind === "group" && node.isObject && node.name === type;
}
