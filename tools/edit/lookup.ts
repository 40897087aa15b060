/** What following a path asks about the parts of an image. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import type { Task } from "../model/tasks.js";
import type { Path } from "./path.js";
import type { Scope } from "./scope.js";
import type { Match, Spot } from "./spot.js";

export interface Lookup {
  readonly image: Image;
  /** Names within a part of the image. */
  scopeOf(part: TreeNode): Scope;
  /** The task whose section `node` is; undefined for all else. */
  taskOf(node: TreeNode): Task | undefined;
  /** Whether the field `key` of a part, an object or an element has the value that `text` is. */
  fits(spot: Spot, key: string, text: string): boolean;
  /**
   * All that a path leads to which begins at a part of the image; more than one only with `[*]`.
   *
   * @param prefix path of `start`, for the paths of the matches
   * @throws {UsageError} (`bad-path`) when it leads nowhere
   */
  from(start: Spot, path: Path, prefix: string): Iterable<Match>;
}
