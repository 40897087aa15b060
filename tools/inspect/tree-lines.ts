/** Draws a tree of tasks as lines of text. */
import type { Branch } from "./process-tree.js";

/** Maximum depth of indentation; deeper branches are not indented further. */
const MAX_INDENTATION = 30;

/** Text before a branch; empty for a root. */
export function treePrefix<T>(branch: Branch<T>): string {
  if (branch.depth === 0) return "";
  let text = branch.isLast ? "└─ " : "├─ ";
  let levels = 1;
  for (let above = branch.parent; above && above.depth > 0; above = above.parent) {
    if (++levels > MAX_INDENTATION) return `… ${text}`;
    text = `${above.isLast ? "   " : "│  "}${text}`;
  }
  return text;
}
