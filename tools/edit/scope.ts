/** The members of a part of an image by name, cached because many paths lead through it. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { editName, mainRecord, scopeOf } from "./names.js";

export class NodeScope {
  /** In the order of the image. */
  readonly members: readonly TreeNode[];
  /** The record whose fields can be used directly on the part. */
  readonly main: TreeNode | undefined;
  private readonly byName = new Map<string, TreeNode[]>();

  constructor(image: Image, part: TreeNode) {
    this.members = [...scopeOf(image, part)];
    this.main = mainRecord(image, part);
    for (const member of this.members) {
      const name = editName(image, member);
      const same = this.byName.get(name);
      if (same) same.push(member);
      else this.byName.set(name, [member]);
    }
  }

  /** Members by the name that lists use. */
  named(name: string): readonly TreeNode[] {
    return this.byName.get(name) ?? [];
  }

  get names(): Iterable<string> {
    return this.byName.keys();
  }
}

/** Number of scopes that are cached; a path uses only a few at a time. */
const MAX_CACHED_SCOPES = 32;

export class ScopeCache {
  private readonly scopes = new Map<number, NodeScope>();

  constructor(private readonly image: Image) {}

  of(part: TreeNode): NodeScope {
    let scope = this.scopes.get(part.index);
    if (!scope) {
      scope = new NodeScope(this.image, part);
      for (const oldest of this.scopes.keys()) {
        if (this.scopes.size < MAX_CACHED_SCOPES) break;
        // Every path goes through the root, so it stays.
        if (oldest !== 0) this.scopes.delete(oldest);
      }
      this.scopes.set(part.index, scope);
    }
    return scope;
  }
}
