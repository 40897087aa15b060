/** `npm run gen`: reads the schema, runs the pipeline, writes or checks the output. */
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { MANIFEST, type Manifest } from "./emit/manifest.js";
import { type Generated, generate } from "./generate.js";
import type { SchemaText } from "./load.js";
import { formatProblem } from "./problem.js";
import { compare, type Difference, write } from "./write.js";

interface Options {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly amend?: boolean;
  readonly root: string;
}

const DONE = 0;
const PROBLEMS = 1;
const USAGE = 2;

function main(argv: readonly string[]): number | Promise<number> {
  const command = new Command("gen")
    .description("Compile schema/ into generated/: codecs, descriptors and C assertions.")
    .option("--check", "write nothing; fail when the output is not up to date")
    .option("--watch", "run again whenever the schema changes")
    .option("--json", "print problems and stale files as JSON, for editors")
    .option("--amend", "accept that fields or structs vanish from versions that had them: the description was wrong")
    .option(
      "--root <dir>",
      "directory that holds schema/ and generated/",
      fileURLToPath(new URL("..", import.meta.url)),
    )
    .addHelpText("after", "\nExit codes: 0 done, 1 problems in the schema or (--check) stale output, 2 usage.")
    .allowExcessArguments(false)
    .exitOverride();
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    throw error;
  }
  const options = { ...command.opts<Options>(), root: resolve(command.opts<Options>().root) };
  if (options.check && options.watch) return usage("--check and --watch exclude each other");
  if (!existsSync(join(options.root, "schema", "schema.json")))
    return usage(`${join(options.root, "schema", "schema.json")} does not exist: is --root right?`);
  const result = run(options);
  return options.watch ? watchSchema(options) : result;
}

function usage(message: string): number {
  process.stderr.write(`gen: ${message}\n`);
  return USAGE;
}

function run(options: Options): number {
  const started = performance.now();
  const released = options.amend ? undefined : readManifest(options.root);
  const generated = generate(readSchema(options.root), readJsonSchema(options.root), stageReporter(options), released);
  const { problems } = generated;
  let difference: Difference = { changed: [], superfluous: [] };
  if (problems.length === 0) {
    try {
      difference = (options.check ? compare : write)(options.root, generated.files);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      process.stderr.write(`gen: cannot write the output: ${(error as Error).message}; the old output is unchanged\n`);
      return PROBLEMS;
    }
  }
  const stale = [...difference.changed, ...difference.superfluous];
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ problems, ...(options.check && { stale }) }, null, 2)}\n`);
  } else if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n\n`);
    process.stderr.write(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}; nothing was written\n`);
  } else if (options.check && stale.length > 0) {
    for (const path of difference.changed) process.stderr.write(`${path}: not up to date\n`);
    for (const path of difference.superfluous) process.stderr.write(`${path}: not generated any more\n`);
    process.stderr.write(`${stale.length} generated files are stale; run: npm run gen\n`);
  } else process.stdout.write(`${summary(generated, difference, performance.now() - started)}\n`);
  return problems.length > 0 || (options.check && stale.length > 0) ? PROBLEMS : DONE;
}

function summary({ counts, files }: Generated, { changed, superfluous }: Difference, milliseconds: number): string {
  const removed = superfluous.length > 0 ? `, ${superfluous.length} removed` : "";
  return (
    `${counts.structs} structs, ${counts.layouts} distinct layouts, ${counts.versions} versions × ${counts.arches} arches ` +
    `(${counts.abis} that exist), ${files.size} files (${changed.length} changed${removed}), ${(milliseconds / 1000).toFixed(1)} s`
  );
}

/** On a terminal, a line per stage; elsewhere nothing. */
function stageReporter(options: Options) {
  const shown = process.stderr.isTTY && !options.json;
  let began = 0;
  return (stage: string, what?: string) => {
    if (what === undefined) began = performance.now();
    else if (shown)
      process.stderr.write(
        `${pc.green("✓")} ${stage.padEnd(8)} ${what} ${pc.dim(`${Math.round(performance.now() - began)} ms`)}\n`,
      );
  };
}

function readSchema(root: string): SchemaText[] {
  const base = join(root, "schema");
  return readdirSync(base, { recursive: true })
    .map((path) => String(path).split(sep).join("/"))
    .filter((path) => path.endsWith(".yaml"))
    .sort(schemaOrder)
    .map((path) => ({ file: `schema/${path}`, text: readFileSync(join(base, path), "utf8") }));
}

/** By name; the order of the files is the order of the structs in the output. */
function schemaOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readJsonSchema(root: string): object {
  return JSON.parse(readFileSync(join(root, "schema", "schema.json"), "utf8")) as object;
}

/** What the last run wrote; nothing on the first run, or when the file is damaged (it is written anew then). */
function readManifest(root: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(root, MANIFEST), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}

/** Runs again when files settle after a change; ends with the process. */
function watchSchema(options: Options): Promise<number> {
  process.stderr.write("watching schema/ (Ctrl-C ends)\n");
  let timer: NodeJS.Timeout | undefined;
  watch(join(options.root, "schema"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => run(options), 100);
  });
  return new Promise(() => {});
}

process.exitCode = await main(process.argv.slice(2));
