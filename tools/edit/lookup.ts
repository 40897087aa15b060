/** Queries about the parts of an image that following a path needs. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import type { Task } from "../model/tasks.js";
import type { Path } from "./path.js";
import type { NodeScope } from "./scope.js";
import type { Spot, SpotMatch } from "./spot.js";

export interface Lookup {
  readonly image: Image;
  /** Names within a part of the image. */
  scopeOf(part: TreeNode): NodeScope;
  /** The task whose section `node` is; undefined for other nodes. */
  taskOf(node: TreeNode): Task | undefined;
  /** Whether the field `key` of a part, object or element has the value that `text` represents. */
  fits(spot: Spot, key: string, text: string): boolean;
  /**
   * Everything that a path leads to from a part of the image; several matches only with `[*]`.
   *
   * @param prefix path of `start`, for the paths of the matches
   * @throws {UsageError} (`bad-path`) when the path leads nowhere
   */
  from(start: Spot, path: Path, prefix: string): Iterable<SpotMatch>;
}
