/** An image as a tree: every record under the rule of the grammar that explains it. */
import type { PayloadEntry } from "../../runtime/index.js";
import { ImageError } from "./errors.js";
import type { ImageFormat } from "./format.js";
import { type ObjectHead, type WalkEnd, type WalkHandler, walk } from "./grammar.js";
import type { ImageRecord } from "./records.js";
import type { ImageSource } from "./source.js";
import type { Rule, Step } from "./syntax.js";

/** A record, a rule with its records, or a shared object with its body. */
export class TreeNode {
  constructor(
    /** Name of the rule, or of the object type whose body it is; undefined for a record. */
    readonly rule: string | undefined,
    /** What the grammar calls it at this place, e.g. `task_name`. */
    readonly label: string | undefined,
    /** The record; of an object its OBJREF, of a rule undefined. */
    readonly record: ImageRecord | undefined,
    /** What the payload of the record is at this place. */
    readonly contains: PayloadEntry | undefined,
    readonly object: { readonly type: string; readonly objref: number } | undefined,
    /** In the order of the image. */
    readonly children: readonly TreeNode[],
  ) {}

  /** The first record of that name directly under this node. */
  find(name: string, label?: string): TreeNode | undefined {
    return this.children.find((child) => child.isRecord(name) && (label === undefined || child.label === label));
  }

  /** All records of that name directly under this node. */
  all(name: string): TreeNode[] {
    return this.children.filter((child) => child.isRecord(name));
  }

  /** All rules of that name directly under this node. */
  rules(name: string): TreeNode[] {
    return this.children.filter((child) => child.rule === name && !child.object);
  }

  /** The node and all nodes under it, in the order of the image. */
  *[Symbol.iterator](): Generator<TreeNode, void, void> {
    const open: TreeNode[] = [this];
    for (let node = open.pop(); node; node = open.pop()) {
      yield node;
      for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i] as TreeNode);
    }
  }

  private isRecord(name: string): boolean {
    return this.rule === undefined && this.record?.name === name;
  }
}

export interface ImageTree {
  /** The start rule. When the image is damaged it has everything up to the damage. */
  readonly root: TreeNode;
  /** Shared objects by number. */
  readonly objects: ReadonlyMap<number, TreeNode>;
  /** How the image ends. */
  readonly end: WalkEnd | "damaged";
  /** What is wrong, in the order of the image; of a damaged image the last one is the damage. */
  readonly problems: readonly ImageError[];
}

/**
 * Reads the tree of an image. Bad input is no exception here: it is told under `problems`. The tree has an object per record; who
 * needs less than that of a long image listens to the {@link walk} instead.
 */
export function readTree(format: ImageFormat, source: ImageSource): ImageTree {
  const builder = new TreeBuilder();
  const { objects, problems } = builder;
  let end: ImageTree["end"];
  try {
    end = walk(format, source, builder);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    problems.push(error);
    end = "damaged";
  }
  return { root: builder.root, objects, end, problems };
}

/** Problems after which an image is given up. Whoever finds more reads it as the wrong version, or it was made to fill memory. */
export const MAX_PROBLEMS = 1000;

class TreeBuilder implements WalkHandler {
  readonly objects = new Map<number, TreeNode>();
  readonly problems: ImageError[] = [];
  root = new TreeNode("", undefined, undefined, undefined, undefined, []);
  /** Children of the open rules, outermost first. Those of the root stay open for what follows the image. */
  private readonly open: TreeNode[][] = [];

  enter(rule: Rule, step: Step | undefined, object: ObjectHead | undefined): void {
    const children: TreeNode[] = [];
    const node = new TreeNode(
      rule.name,
      step?.entry.as,
      object?.record,
      undefined,
      object && { type: object.type, objref: object.objref },
      children,
    );
    const siblings = this.open.at(-1);
    if (siblings) siblings.push(node);
    else this.root = node;
    if (object && !this.objects.has(object.objref)) this.objects.set(object.objref, node);
    this.open.push(children);
  }

  leave(): void {
    if (this.open.length > 1) this.open.pop();
  }

  record(record: ImageRecord, step: Step | undefined): void {
    const contains = step?.entry.contains;
    this.open.at(-1)?.push(new TreeNode(undefined, step?.entry.as, record, contains, undefined, NONE));
  }

  problem(problem: ImageError): void {
    if (this.problems.length + 1 >= MAX_PROBLEMS) throw problem;
    this.problems.push(problem);
  }
}

const NONE: readonly TreeNode[] = [];
