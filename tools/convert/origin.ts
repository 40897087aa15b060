/** The place in the image that a node of the result comes from. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

/** A node of the image that is converted. */
export interface Origin {
  readonly image: Image;
  readonly node: TreeNode;
}
