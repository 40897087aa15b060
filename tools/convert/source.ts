/** The nodes of an image, unchanged. Records after its end are left out, because the format defines nothing there. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { GroupNode, type Lift, type Node, RecordNode } from "./nodes.js";
import { type PassageContext, Passages } from "./passages.js";
import { Run } from "./run.js";

/** Where the nodes of an image go. */
interface SourceContext {
  readonly image: Image;
  readonly chain: Lift;
  readonly passages: Passages;
}

/** The passages of a conversion. */
export function passagesOf(context: PassageContext): Passages {
  const { image, chain } = context;
  return new Passages(context, (node) => {
    const { rule, object, label } = node;
    const origin = { image, node };
    if (rule === undefined) return new RecordNode(node.record?.kind?.name ?? "", label, 0, origin);
    return new GroupNode({ name: rule, label, objref: object?.objref, stage: 0, origin }, chain, () => []);
  });
}

/**
 * The nodes of an image that is converted, as a group for the start rule of the grammar.
 *
 * @param trailing called for each record after the end
 */
export function sourceNodes(context: SourceContext, trailing: (record: RecordNode) => void): GroupNode {
  const { image, chain } = context;
  const { root } = image;
  const origin = { image, node: root };
  return new GroupNode({ name: root.rule ?? "", stage: 0, origin }, chain, function* () {
    let isOver = false;
    for (const child of root.each()) {
      const node = nodeOf(child, context);
      if (!isOver) yield node;
      else if (node.kind === "record") trailing(node);
      isOver ||= node.name === "TAIL";
    }
  });
}

/** A rule or object of the image with its contents as they are. */
export class SourceGroup extends GroupNode {
  constructor(
    private readonly tree: TreeNode,
    private readonly context: SourceContext,
  ) {
    const { image, chain } = context;
    const { rule = "", object, label } = tree;
    const head = { name: rule, label, objref: object?.objref, stage: 0, origin: { image, node: tree } };
    super(head, chain, function* () {
      for (const child of tree.each()) yield nodeOf(child, context);
    });
  }

  /** The nodes in the group, as {@link each} gives them, but with runs in place of those that nothing but a passage happens to. */
  *contents(): Generator<Node | Run, void, void> {
    const { image, chain, passages } = this.context;
    const { endIndex } = this.tree;
    for (let row = this.tree.index + 1; row < endIndex; ) {
      const end = passages.runEnd(row, endIndex);
      if (end > row) {
        yield new Run(image, passages, row, end);
        row = end;
        continue;
      }
      const child = image.node(row);
      yield* chain.lift(nodeOf(child, this.context), this.stage);
      row = child.endIndex;
    }
  }
}

function nodeOf(node: TreeNode, context: SourceContext): Node {
  if (node.rule !== undefined) return new SourceGroup(node, context);
  return new RecordNode(node.record?.kind?.name ?? "", node.label, 0, { image: context.image, node });
}
