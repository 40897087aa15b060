import { describe, expect, it } from "vitest";
import { branchesOf, type TreeTask } from "../../tools/inspect/process-tree.js";
import { treePrefix } from "../../tools/inspect/tree-lines.js";

/**
 * Draws a process tree.
 *
 * @param tasks pid, ppid, and tgid if it differs from the pid
 */
function drawn(...tasks: readonly (readonly [pid: number, ppid: number, tgid?: number])[]): string[] {
  const listed: TreeTask[] = tasks.map(([pid, ppid, tgid = pid]) => ({ pid, ppid, tgid }));
  return [...branchesOf(listed)].map((branch) => `${treePrefix(branch)}${branch.task.pid}`);
}

describe("the process tree", () => {
  it("puts threads before children, both under their process", () => {
    expect(drawn([1, 0], [2, 1], [3, 2], [4, 2, 2], [5, 1], [6, 0, 1])).toEqual([
      "1",
      "├─ 6",
      "├─ 2",
      "│  ├─ 4",
      "│  └─ 3",
      "└─ 5",
    ]);
  });

  it("has a root for every task whose parent is not there", () => {
    expect(drawn([10, 1], [11, 7], [12, 10])).toEqual(["10", "└─ 12", "11"]);
  });

  it("has every task once, whatever the pids are", () => {
    expect(drawn([1, 1]).sort()).toEqual(["1"]);
    expect(drawn([1, 2], [2, 1])).toEqual(["1", "└─ 2"]);
    expect(drawn([1, 0], [1, 0], [2, 1]).sort()).toEqual(["1", "1", "└─ 2"]);
    expect(drawn([0, 0], [0, 0])).toEqual(["0", "0"]);
    expect(drawn([1, 0], [3, 0, 4], [4, 0, 3])).toHaveLength(3);
  });

  it("does not move to the right without end", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => [i + 1, i] as const);
    const lines = drawn(...chain);
    expect(lines).toHaveLength(5000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120);
  });
});
