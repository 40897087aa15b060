/** The nodes of an image, unchanged. Records after its end are left out, because the format defines nothing there. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { GroupNode, type Lift, type Node, RecordNode } from "./nodes.js";

/** @param trailing called for each record after the end */
export function sourceNodes(image: Image, chain: Lift, trailing: (record: RecordNode) => void): GroupNode {
  const { root } = image;
  const origin = { image, node: root };
  return new GroupNode({ name: root.rule ?? "", stage: 0, origin }, chain, function* () {
    let isOver = false;
    for (const child of root.each()) {
      const node = nodeOf(image, child, chain);
      if (!isOver) yield node;
      else if (node.kind === "record") trailing(node);
      isOver ||= node.name === "TAIL";
    }
  });
}

function nodeOf(image: Image, node: TreeNode, chain: Lift): Node {
  const { rule, object, label } = node;
  const origin = { image, node };
  if (rule === undefined) return new RecordNode(node.record?.kind?.name ?? "", label, 0, origin);
  return new GroupNode({ name: rule, label, objref: object?.objref, stage: 0, origin }, chain, () =>
    childrenOf(image, node, chain),
  );
}

function* childrenOf(image: Image, node: TreeNode, chain: Lift): Generator<Node, void, void> {
  for (const child of node.each()) yield nodeOf(image, child, chain);
}
