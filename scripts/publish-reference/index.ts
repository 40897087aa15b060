/** `npm run publish-reference`: publishes the generated reference into a directory, onto a branch, or as an archive. */
import { spawnSync } from "node:child_process";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { CommandError } from "../../generator/command-error.js";
import { INSPECTOR } from "../../generator/write/index.js";
import { EXIT } from "../../tools/errors/exit.js";
import { isSystemError } from "../../tools/errors/system-reason.js";
import { keepInspector } from "../bundle-inspector.mjs";
import { endOf } from "../command.js";
import { publishToArchive } from "./archive.js";
import { publishToBranch } from "./branch.js";
import { publishToDirectory } from "./directory.js";
import { readTree } from "./tree.js";

const ENDING = ".tar.gz";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Options {
  readonly to?: string;
  readonly branch?: string;
  readonly archive?: string;
  readonly check: boolean;
  readonly from: string;
  readonly repository: string;
}

async function publish(options: Options): Promise<void> {
  const { to, branch, archive, check, from, repository } = options;
  if (to === undefined && branch === undefined && archive === undefined)
    throw new CommandError("wrong-usage", "where to? name --to DIR, --branch NAME or --archive FILE.tar.gz");
  if (to === "" || branch === "" || archive === "")
    throw new CommandError("wrong-usage", "expected a name after --to, --branch and --archive, found an empty one");
  if (archive?.endsWith(ENDING) === false)
    throw new CommandError("wrong-usage", `--archive takes the name of a ${ENDING} file, not ${archive}`);
  for (const place of [to, archive])
    if (place !== undefined && isInside(place, from))
      throw new CommandError(
        "wrong-usage",
        `${place} is inside ${from}, which is what is published; name a place outside`,
      );
  if (check) {
    refuseStale();
    // It is no part of what was compared, and may be missing in a new checkout.
    await keepInspector(join(ROOT, INSPECTOR));
  }
  const files = readTree(from);
  const tell = (line: string) => process.stdout.write(`${line}\n`);
  if (to !== undefined) tell(publishToDirectory(files, to));
  if (branch !== undefined) tell(publishToBranch(files, branch, repository));
  if (archive !== undefined) tell(await publishToArchive(files, archive));
}

function isInside(place: string, directory: string): boolean {
  return !`${relative(directory, resolve(place))}${sep}`.startsWith(`..${sep}`);
}

function refuseStale(): void {
  const { status, stderr, error } = spawnSync("npm", ["run", "--silent", "gen", "--", "--check"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (error)
    throw new CommandError(
      "stale-reference",
      `cannot tell whether the reference is up to date: ${error.message}; or give --no-check`,
    );
  if (status !== 0)
    throw new CommandError(
      "stale-reference",
      `the reference is not up to date with the schema; run: npm run gen\n${stderr.trim()}`,
    );
}

const program = new Command("publish-reference")
  .description("Publish the generated reference. The same reference gives the same tree, archive and commit.")
  .option("--to <dir>", "write it to this directory, which is replaced as a whole")
  .option("--branch <name>", "commit it to this branch; work tree, index and HEAD stay as they are")
  .option("--archive <file>", "pack it into this .tar.gz file")
  .option("--no-check", "publish the reference as it is, without checking that it is up to date")
  .option(
    "--from <dir>",
    "directory with the reference",
    fileURLToPath(new URL("../../generated/reference", import.meta.url)),
  )
  .option("--repository <dir>", "repository of the branch", ROOT)
  .addHelpText(
    "after",
    "\nExit codes: 0 done, 1 not done, 2 usage, 3 the reference cannot be read, 4 the output cannot be written.",
  )
  .allowExcessArguments(false)
  .exitOverride();
process.exitCode = await endOf("publish-reference", async () => {
  const options = program.parse().opts<Options>();
  try {
    await publish(options);
    return EXIT.done;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    process.stderr.write(`publish-reference: ${error.message}\n`);
    return EXIT.output;
  }
});
