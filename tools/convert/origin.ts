/** Where a node of the result comes from. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

/** Where a node stands in the image that is converted. */
export interface Origin {
  readonly image: Image;
  readonly node: TreeNode;
}
