/** The nodes of an image, as they are in it. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { Group, type Lift, type Node, RecordNode } from "./nodes.js";

export function sourceNode(image: Image, node: TreeNode, chain: Lift): Node {
  const { rule, object, label } = node;
  const origin = { image, node };
  if (rule === undefined) return new RecordNode(node.record?.kind?.name ?? "", label, 0, origin);
  return new Group(rule, label, object?.objref, 0, origin, chain, () => childrenOf(image, node, chain));
}

function* childrenOf(image: Image, node: TreeNode, chain: Lift): Generator<Node, void, void> {
  for (const child of node.each()) yield sourceNode(image, child, chain);
}
