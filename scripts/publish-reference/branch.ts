/**
 * Publishes the reference as a commit on a branch of its own. Work tree, index and HEAD are not touched: the commit is made from objects, with a
 * temporary index.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../generator/command-error.js";
import { sizeText, type TreeFile } from "./tree.js";

/** An empty file that keeps hosts of static sites from omitting files that they consider their own. */
const PLAIN = ".nojekyll";

/**
 * Commits the files of the reference to a branch that has nothing else.
 *
 * @param repository a directory in it
 * @returns a line about what was done
 * @throws {CommandError} when the branch is checked out somewhere, or git refuses
 */
export function publishToBranch(files: readonly TreeFile[], branch: string, repository: string): string {
  const git = gitIn(repository);
  const ref = `refs/heads/${branch}`;
  if (git(["check-ref-format", ref]).status !== 0)
    throw new CommandError("unpublishable", `${branch} is not the name of a branch`);
  // If the branch were a symbolic ref, the commit would go to its target.
  const other = git(["symbolic-ref", "--quiet", ref]).stdout.trim();
  if (other !== "")
    throw new CommandError("unpublishable", `${branch} is another name of ${other}; name a branch of its own`);
  const worktree = checkedOutAt(git, ref);
  if (worktree !== undefined)
    throw new CommandError(
      "unpublishable",
      `${branch} is checked out in ${worktree}, whose files would no longer match it; name another branch`,
    );
  const tree = writeTree(git, files);
  return `${branch}: ${sizeText(files)}, ${commitTo(git, ref, tree)}`;
}

/** @returns what was done */
function commitTo(git: Git, ref: string, tree: string): string {
  const parent = git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]).stdout.trim() || undefined;
  const isThere = () => git(["rev-parse", "--verify", "--quiet", `${ref}^{tree}`]).stdout.trim() === tree;
  if (isThere()) return "unchanged";
  const commit = writeCommit(git, tree, parent);
  // With the old value, so that a simultaneous commit of another process is not lost.
  const moved = git(["update-ref", "-m", "publish the reference", ref, commit, parent ?? "0".repeat(commit.length)]);
  // Another process may have published the same.
  if (moved.status !== 0 && isThere()) return "unchanged";
  must(moved);
  const change = parent === undefined ? "new branch" : `${countChanges(git, parent, tree)} changed`;
  return `commit ${commit.slice(0, 12)} (${change})`;
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Git = (args: readonly string[], options?: { input?: string | Buffer; env?: Record<string, string> }) => Result;

/** Variables that git sets for hooks. They would lead to another repository, or to an index in use. */
const OF_A_HOOK = {
  GIT_DIR: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
};

function gitIn(repository: string): Git {
  return (args, { input = "", env = {} } = {}) => {
    const { status, stdout, stderr, error } = spawnSync("git", ["-C", repository, ...args], {
      input,
      env: { ...process.env, ...OF_A_HOOK, ...env },
      maxBuffer: 1 << 30,
    });
    if (error) throw new CommandError("unpublishable", `git cannot be run: ${error.message}`);
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };
}

/** The output of a command that must succeed. */
function must({ status, stdout, stderr }: Result): string {
  if (status !== 0) throw new CommandError("unpublishable", `git refuses: ${stderr.trim().replaceAll("\n", " ")}`);
  return stdout.trim();
}

function checkedOutAt(git: Git, ref: string): string | undefined {
  const worktrees = must(git(["worktree", "list", "--porcelain"])).split("\n\n");
  return worktrees.find((text) => text.split("\n").includes(`branch ${ref}`))?.match(/^worktree (.*)$/m)?.[1];
}

function writeTree(git: Git, files: readonly TreeFile[]): string {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-index-"));
  try {
    const env = { GIT_INDEX_FILE: join(directory, "index") };
    // One process for all files. Filters of the repository are not meant for generated ones.
    const sources = files.map(({ source }) => `${source}\n`).join("");
    const blobs = must(git(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input: sources })).split("\n");
    const plain = must(git(["hash-object", "-w", "--stdin"]));
    const entries = [...files.map(({ path }, i) => [path, blobs[i]]), [PLAIN, plain]].map(
      ([path, blob]) => `100644 ${blob}\t${path}\0`,
    );
    must(git(["update-index", "--add", "-z", "--index-info"], { input: entries.join(""), env }));
    return must(git(["write-tree"], { env }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** With the date of its source commit, so that publishing the same twice gives the same commit. */
function writeCommit(git: Git, tree: string, parent: string | undefined): string {
  // The length of abbreviated ids depends on the repository, so the full id is cut here.
  const [source = "", date = ""] = must(git(["log", "-1", "--format=%H %cI", "HEAD"])).split(" ");
  refuseAnonymous(git);
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const parents = parent === undefined ? [] : ["-p", parent];
  return must(git(["commit-tree", tree, ...parents, "-m", `The ABI reference as of ${source.slice(0, 12)}`], { env }));
}

function refuseAnonymous(git: Git): void {
  for (const identity of ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"]) {
    const { status, stderr } = git(["var", identity]);
    if (status === 0) continue;
    const reason = stderr.trim().split("\n").at(-1);
    throw new CommandError(
      "unpublishable",
      `a commit needs an author, and git has no name and address for one (${reason}); ` +
        "run: git config user.name NAME && git config user.email ADDRESS",
    );
  }
}

function countChanges(git: Git, parent: string, tree: string): number {
  return must(git(["diff-tree", "-r", "--no-renames", "--name-only", parent, tree])).split("\n").length;
}
