/** `npm run gen`: reads the schema, runs the pipeline, writes or checks the output. */
import { existsSync, readFileSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import type { Generated } from "./generate.js";
import { schemaFiles } from "./load/files.js";
import type { SchemaText } from "./load/index.js";
import { MANIFEST, type Manifest } from "./manifest.js";
import { formatProblem } from "./problem.js";
import { compare, lockRoot, type OutputDifference, recover, write } from "./write/index.js";
import { recoverSchema, schemaText } from "./write/schema-journal.js";

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

async function main(argv: readonly string[]): Promise<number> {
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
  const schema = join(options.root, "schema");
  if (!existsSync(join(schema, "schema.json")))
    return usage(`${join(schema, "schema.json")} does not exist: is --root right?`);
  if (schemaFiles(options.root).length === 0) return usage(`${schema} holds no YAML files: is --root right?`);
  return options.watch ? watchSchema(options) : run(options);
}

function usage(message: string): number {
  process.stderr.write(`gen: ${message}\n`);
  return USAGE;
}

/** Runs once, with the lock of the root, so that the output matches the schema as it is at the end. A check writes nothing and needs no lock. */
async function run(options: Options): Promise<number> {
  if (options.check) return runAlone(options);
  const release = attempt("cannot begin", () => {
    const taken = lockRoot(options.root, (pid) => {
      process.stderr.write(`gen: waiting for process ${pid}, which is at work on the same schema\n`);
    });
    try {
      recoverSchema(options.root);
      recover(options.root);
      return taken;
    } catch (error) {
      taken();
      throw error;
    }
  });
  if (!release) return PROBLEMS;
  try {
    return await runAlone(options);
  } finally {
    release();
  }
}

async function runAlone(options: Options): Promise<number> {
  const started = performance.now();
  const inputs = attempt(
    "cannot read the schema",
    () => [readSchema(options.root), readJsonSchema(options.root)] as const,
  );
  if (!inputs) return PROBLEMS;
  // Loaded here because it takes a second, and a misspelt option should be reported immediately.
  const { generate } = await import("./generate.js");
  const released = options.amend ? undefined : readManifest(options.root);
  const generated = attempt("cannot read the schema", () => generate(...inputs, stageReporter(options), released));
  if (!generated) return PROBLEMS;
  const { problems } = generated;
  const difference =
    problems.length > 0
      ? NONE
      : attempt(`cannot ${options.check ? "read" : "write"} the output (it is as it was)`, () =>
          (options.check ? compare : write)(options.root, generated.files),
        );
  if (!difference) return PROBLEMS;
  const stale = [...difference.changed, ...difference.superfluous];
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ problems, ...(options.check && { stale }) }, null, 2)}\n`);
  } else if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n\n`);
    process.stderr.write(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}; nothing was written\n`);
  } else if (options.check && stale.length > 0) {
    for (const path of difference.changed) process.stderr.write(`${path}: not up to date\n`);
    for (const path of difference.superfluous) process.stderr.write(`${path}: not generated any more\n`);
    const files = stale.length === 1 ? "1 generated file is" : `${stale.length} generated files are`;
    process.stderr.write(`${files} stale; run: npm run gen\n`);
  } else process.stdout.write(`${summary(generated, difference, performance.now() - started)}\n`);
  return problems.length > 0 || (options.check && stale.length > 0) ? PROBLEMS : DONE;
}

const NONE: OutputDifference = { changed: [], superfluous: [] };

/** Reports an error with a code (file system, concurrent run) or in JSON in one line. Any other error is a bug of the generator and is thrown. */
function attempt<T>(what: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as { readonly code?: string }).code === undefined && !(error instanceof SyntaxError)) throw error;
    process.stderr.write(`gen: ${what}: ${(error as Error).message}\n`);
    return undefined;
  }
}

function summary(
  { units, files }: Generated,
  { changed, superfluous }: OutputDifference,
  milliseconds: number,
): string {
  const removed = superfluous.length > 0 ? `, ${superfluous.length} removed` : "";
  const counted = units.map(
    ({ name, structs, layouts, versions, arches, abis }, index) =>
      `${index > 0 ? `${name}: ` : ""}${structs} structs, ${layouts} distinct layouts, ${versions} ${versions === 1 ? "version" : "versions"} × ${arches} arches (${abis} that exist)`,
  );
  return `${counted.join("; ")}, ${files.size} files (${changed.length} changed${removed}), ${(milliseconds / 1000).toFixed(1)} s`;
}

/** Reports a line per stage on a terminal, and nothing elsewhere. */
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
  return schemaFiles(root).map((file) => ({ file, text: schemaText(root, file) }));
}

function readJsonSchema(root: string): object {
  const text = readFileSync(join(root, "schema", "schema.json"), "utf8");
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new SyntaxError(`schema/schema.json: ${(error as Error).message}`);
  }
}

/** The output of the last run; undefined on the first run, or when the file is damaged (it is then rewritten). */
function readManifest(root: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(root, MANIFEST), "utf8")) as Manifest | null;
    return Array.isArray(manifest?.structs) ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs, and runs again when files have settled after a change. Does not return. */
async function watchSchema(options: Options): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  // Watching begins before the first run, so that no change is missed.
  const watcher = watch(join(options.root, "schema"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(run, 100, options);
  });
  await run(options);
  process.stderr.write("watching schema/ (Ctrl-C ends)\n");
  return new Promise((resolve) => {
    watcher.on("error", (error) => {
      process.stderr.write(`gen: cannot watch the schema: ${error.message}\n`);
      resolve(PROBLEMS);
    });
  });
}

process.exitCode = await main(process.argv.slice(2));
