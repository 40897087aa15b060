/**
 * `npm run abi:check -- --against REF`: reports what the schema in the working tree states differently about released versions than the schema at a
 * git revision. Nothing is checked out: the old files are read from git's objects.
 */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import pc from "picocolors";
import { CommandError } from "../generator/command-error.js";
import type { Side } from "../generator/compare/view.js";
import { isSchemaFile, schemaOrder } from "../generator/load/files.js";
import type { Problem } from "../generator/problem.js";
import { readSchemaFiles, requireSchema, type SchemaFiles } from "../generator/read-schema.js";
import { EXIT } from "../tools/errors/exit.js";
import { endOf } from "./command.js";

interface Options {
  readonly against?: string;
  readonly json?: true;
  readonly root: string;
}

async function main(argv: readonly string[]): Promise<number> {
  const command = new Command("abi-check")
    .description("Compare the schema with the one at a git revision: what was released must stay as it was.")
    .option("--against <ref>", "revision to compare with: a tag, branch or commit")
    .option("--json", "print the changes as JSON")
    .option("--root <dir>", "directory that holds schema/", fileURLToPath(new URL("..", import.meta.url)))
    .addHelpText(
      "after",
      "\nNew versions and architectures are free to differ." +
        "\nExit codes: 0 nothing breaking, 1 breaking changes, 2 usage, or nothing to compare with, 3 a schema that cannot be read, 4 no git.",
    )
    .allowExcessArguments(false)
    .exitOverride();
  return check(command.parse(argv, { from: "user" }).opts<Options>());
}

async function check(options: Options): Promise<number> {
  const root = resolve(options.root);
  const { against } = options;
  if (against === undefined)
    throw new CommandError(
      "wrong-usage",
      "--against is missing: say which revision was released, e.g. --against origin/main, or --against HEAD for changes that are not committed",
    );
  requireSchema(root);
  const commit = commitOf(root, against);

  // Loaded late because it takes a moment, so that a misspelt revision is reported at once.
  const { compareSides } = await import("../generator/compare/index.js");
  const { compatibilityLines, compatibilityReport } = await import("../generator/compare/report.js");
  const what = "the schema in the working tree";
  const now = readFiles(() => readSchemaFiles(root), what, "run: npm run gen");
  const comparison = compareSides(
    await readSchema(
      () => readRevision(root, against, commit),
      now.jsonSchema,
      `the schema at ${against}`,
      "compare with a later revision, whose notation is today's",
    ),
    await readSchema(() => now, now.jsonSchema, what, "run: npm run gen"),
  );
  if (comparison.released.length === 0)
    throw new CommandError(
      "wrong-usage",
      `the schema at ${against} describes no version on any architecture, so nothing was compared: compare with a revision that does`,
    );
  const report = compatibilityReport(comparison);
  const short = commit.slice(0, 12);
  if (options.json) process.stdout.write(`${JSON.stringify({ against, commit, ...report }, null, 2)}\n`);
  else {
    // Colours only on a terminal; picocolors respects NO_COLOR.
    const { red, yellow, dim } = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
    const lines = compatibilityLines(report, against, { images: red, readers: yellow, documentation: dim, dim });
    process.stdout.write(`${lines.join("\n")}; compared with ${against}${against === short ? "" : ` (${short})`}\n`);
  }
  return report.breaking > 0 ? EXIT.findings : EXIT.done;
}

/** @param today the JSON Schema of the working tree, whose notation the steps of the generator read */
async function readSchema(files: () => SchemaFiles, today: object, what: string, advice: string): Promise<Side> {
  const { readSide } = await import("../generator/compare/view.js");
  const { load } = await import("../generator/load/index.js");
  const { IMAGE, unitOf } = await import("../generator/units.js");
  const { formatProblem } = await import("../generator/problem.js");
  const unreadable = (problems: readonly Problem[]) => {
    const [first] = problems;
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const rest = problems.length > 1 ? `\n(${problems.length - 1} more)` : "";
    return new CommandError(
      "unreadable-schema",
      `${what} has ${count}: ${advice}\n${first ? formatProblem(first) : ""}${rest}`,
    );
  };
  const { texts, jsonSchema } = readFiles(files, what, advice);
  try {
    const read = readSide(texts, jsonSchema);
    if ("side" in read) return read.side;
    throw unreadable(read.problems);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    // Valid by the JSON Schema of its own revision, so the form may be one that the steps no longer read: then today's JSON Schema refuses it.
    const { problems } = load(
      texts.filter(({ file }) => unitOf(file) === IMAGE),
      today,
    );
    throw problems.length > 0 ? unreadable(problems) : error;
  }
}

function readFiles(files: () => SchemaFiles, what: string, advice: string): SchemaFiles {
  try {
    return files();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof CommandError || (code === undefined && !(error instanceof SyntaxError))) throw error;
    throw new CommandError("unreadable-schema", `${what} cannot be read: ${message}: ${advice}`);
  }
}

function commitOf(root: string, ref: string): string {
  try {
    return git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
      .toString()
      .trim();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const reason = whyNoRepository(root);
    if (reason !== undefined) throw new CommandError("wrong-usage", `git finds no repository at ${root}: ${reason}`);
    throw new CommandError(
      "wrong-usage",
      `git knows no revision \`${ref}\`: name a tag, branch or commit of this repository (a shallow clone needs: git fetch --unshallow)`,
    );
  }
}

/** Why there is no usable repository, in git's words: none exists, or git does not trust its owner. */
function whyNoRepository(root: string): string | undefined {
  try {
    git(root, ["rev-parse", "--git-dir"]);
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr).split("\n")[0];
  }
}

/** Uses two calls of git for any number of files: one lists them, one returns their contents. */
function readRevision(root: string, ref: string, commit: string): SchemaFiles {
  const files = git(root, ["ls-tree", "-r", "-z", commit, "--", "schema"])
    .toString()
    .split("\0")
    .flatMap((line): { path: string; id: string }[] => {
      const [, id, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return id !== undefined && path !== undefined ? [{ path, id }] : [];
    })
    .filter(({ path }) => isSchemaFile(path) || path === "schema/schema.json")
    .sort((a, b) => schemaOrder(a.path, b.path));
  const texts = contents(
    root,
    files.map(({ id }) => id),
  ).map((text, index) => ({ file: files[index]?.path ?? "", text }));
  const jsonSchema = texts.find(({ file }) => file === "schema/schema.json");
  if (!jsonSchema || texts.length === 1)
    throw new CommandError(
      "no-schema",
      `${ref} has no schema (schema/schema.json and YAML files): compare with a later revision`,
    );
  return { texts: texts.filter((text) => text !== jsonSchema), jsonSchema: JSON.parse(jsonSchema.text) as object };
}

/** Contents of objects, parsed from the output of `git cat-file --batch`: a line `ID blob SIZE`, the bytes, a line feed. */
function contents(root: string, ids: readonly string[]): string[] {
  const output = git(root, ["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""));
  let at = 0;
  return ids.map(() => {
    const start = output.indexOf("\n", at) + 1;
    const size = Number(output.toString("latin1", at, start).split(" ")[2]);
    at = start + size + 1;
    return output.toString("utf8", start, start + size);
  });
}

function git(root: string, args: readonly string[], input = ""): Buffer {
  try {
    return execFileSync("git", args, { cwd: root, input, maxBuffer: 1 << 28, stdio: "pipe" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new CommandError("no-git", "git is missing: install it; the old schema is read from the repository");
  }
}

process.exitCode = await endOf("abi-check", () => main(process.argv.slice(2)));
