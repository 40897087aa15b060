/**
 * Resolves paths in an image. A name can have several meanings; they are tried in a fixed order, the most specific first, and the first one with
 * which the whole path resolves is used. If none does, the error is that of the attempt that got furthest.
 */

import { isEqual } from "../image/bytes/equal.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Task, tasksOf } from "../model/tasks.js";
import type { Lookup } from "./lookup.js";
import { type Path, parsePath } from "./path.js";
import { type NodeScope, ScopeCache } from "./scope.js";
import { Search } from "./search.js";
import { isNode, type Spot, type SpotMatch, valueFieldOf } from "./spot.js";
import { encodeValue } from "./value.js";

export class Resolver implements Lookup {
  private tasks: ReadonlyMap<number | undefined, Task> | undefined;
  private readonly scopes: ScopeCache;

  constructor(readonly image: Image) {
    this.scopes = new ScopeCache(image);
  }

  /**
   * Everything that a path leads to; several matches only with `[*]`.
   *
   * @throws {UsageError} (`bad-path`) when the path leads nowhere
   */
  *resolve(path: Path): Generator<SpotMatch, void, void> {
    yield* this.from(this.image.root, path, "");
  }

  *from(start: Spot, path: Path, prefix: string): Generator<SpotMatch, void, void> {
    const search = new Search(this, path);
    let found = false;
    for (const match of search.follow(start, 0, prefix)) {
      found = true;
      yield match;
    }
    if (!found) throw search.failure();
  }

  scopeOf(part: TreeNode): NodeScope {
    return this.scopes.of(part);
  }

  taskOf(node: TreeNode): Task | undefined {
    if (node.rule !== "task") return undefined;
    this.tasks ??= new Map(tasksOf(this.image).map((task) => [task.section?.index, task]));
    return this.tasks.get(node.index);
  }

  fits(spot: Spot, key: string, text: string): boolean {
    const number = isNode(spot) ? this.ownNumber(spot, key) : undefined;
    if (number !== undefined) return Number(text) === number;
    for (const { spot: found } of this.from(spot, parsePath(key), "")) {
      const field = valueFieldOf(this.image, found);
      if (!field || field.kind === "group") return false;
      const wanted = encodeValue(field, text).bytes;
      return field.kind === "text" ? field.withBytes(wanted).read() === field.read() : isEqual(wanted, field.bytes());
    }
    return false;
  }

  /** Numbers that are not in a record of the part itself. */
  private ownNumber(node: TreeNode, key: string): number | undefined {
    if (key === "objref") return node.object?.objref;
    if (key !== "pid" && key !== "ppid" && key !== "tgid" && key !== "pgid" && key !== "sid") return undefined;
    return this.taskOf(node)?.[key];
  }
}
