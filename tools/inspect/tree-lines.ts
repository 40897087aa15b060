/** Lines that draw a tree of tasks. */
import type { Branch } from "./process-tree.js";

/** Levels that are drawn; what is deeper is not moved further to the right. */
const DEEPEST = 30;

/** What stands in front of a branch: nothing for a root. */
export function treePrefix<T>(branch: Branch<T>): string {
  if (branch.depth === 0) return "";
  let text = branch.isLast ? "└─ " : "├─ ";
  let levels = 1;
  for (let above = branch.parent; above && above.depth > 0; above = above.parent) {
    if (++levels > DEEPEST) return `… ${text}`;
    text = `${above.isLast ? "   " : "│  "}${text}`;
  }
  return text;
}
