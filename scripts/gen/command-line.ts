/** Command line of `npm run gen`: reads the schema, runs the pipeline, writes or checks the output. */
import { readFileSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import pc from "picocolors";
import { attempt, CommandError } from "../../generator/command-error.js";
import type { Generated } from "../../generator/generate.js";
import { digestOfInputs } from "../../generator/inputs.js";
import { MANIFEST, type Manifest } from "../../generator/manifest.js";
import { compileMessages, readMessages } from "../../generator/messages.js";
import { formatProblem } from "../../generator/problem.js";
import { readSchemaFiles, requireSchema } from "../../generator/read-schema.js";
import { compare, INSPECTOR, type OutputDifference, write } from "../../generator/write/index.js";
import { readStamp, writeStamp } from "../../generator/write/stamp.js";
import { EXIT } from "../../tools/errors/exit.js";
import { keepInspector } from "../bundle-inspector.mjs";
import { endOf } from "../command.js";
import { lockSchema } from "../lock-schema.js";

/** The checkout that this command belongs to. */
const CHECKOUT = resolve(fileURLToPath(new URL("../..", import.meta.url)));

interface Options {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly amend?: boolean;
  readonly root: string;
}

/**
 * Runs the command in this process, and returns its exit code.
 *
 * @param argv the arguments, without `node` and the script
 */
export const gen = (argv: readonly string[]): Promise<number> => endOf("gen", () => main(argv));

async function main(argv: readonly string[]): Promise<number> {
  const command = new Command("gen")
    .description("Compile schema/ into generated/: codecs, descriptors and C assertions.")
    .option("--check", "make everything, write nothing; fail when the output is not up to date")
    .option("--watch", "run again whenever the schema changes")
    .option("--json", "print problems and stale files as JSON, for editors")
    .option("--amend", "accept that fields or structs vanish from versions that had them: the description was wrong")
    .option("--root <dir>", "directory that holds schema/ and generated/", CHECKOUT)
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 problems in the schema or (--check) stale output, 2 usage, 3 a schema or (--check) output that cannot be read, 4 output that cannot be written.",
    )
    .allowExcessArguments(false)
    .exitOverride();
  command.parse(argv, { from: "user" });
  const options = { ...command.opts<Options>(), root: resolve(command.opts<Options>().root) };
  if (options.check && options.watch) throw new CommandError("wrong-usage", "--check and --watch exclude each other");
  requireSchema(options.root);
  return options.watch ? watchSchema(options) : run(options);
}

/** Runs once, with the lock of the root, so that the output matches the schema as it is at the end. A check writes nothing and needs no lock. */
async function run(options: Options): Promise<number> {
  if (options.check) return runAlone(options);
  const release = lockSchema("gen", options.root);
  try {
    const code = await runAlone(options);
    if (code === EXIT.done && options.root === CHECKOUT) await keepInspector(join(CHECKOUT, INSPECTOR));
    return code;
  } finally {
    release();
  }
}

async function runAlone(options: Options): Promise<number> {
  const { root } = options;
  const started = performance.now();
  const schema = readSchema(() => readSchemaFiles(root));
  const inputs = digestOfInputs(schema, readMessages(root));
  const known = options.check || inputs === undefined ? undefined : readStamp<Counted>(root, inputs);
  if (known) return report(options, known, [], NONE, performance.now() - started);
  // Loaded here because it takes a second, and a misspelt option should be reported immediately.
  const { generate } = await import("../../generator/generate.js");
  const released = options.amend ? undefined : readManifest(root);
  const generated = readSchema(() => generate(schema.texts, schema.jsonSchema, stageReporter(options), released));
  const messages = compileMessages(root);
  const problems = [...generated.problems, ...messages.problems];
  const files = new Map(problems.length > 0 ? [] : [...generated.files, ...messages.files]);
  const { units } = generated;
  const difference = problems.length > 0 ? NONE : options.check ? compareOutput(root, files) : writeOutput(root, files);
  const counted = { units, files: files.size };
  // Not if code changed meanwhile: what was loaded may be older or newer than what was read before.
  if (
    !options.check &&
    problems.length === 0 &&
    inputs !== undefined &&
    inputs === digestOfInputs(schema, readMessages(root))
  )
    writeStamp(root, inputs, files, counted);
  return report(options, counted, problems, difference, performance.now() - started);
}

/** What the summary says of a generation. */
interface Counted {
  readonly units: Generated["units"];
  /** Number of files of the output. */
  readonly files: number;
}

/** Prints the outcome of a run, and returns the exit code. */
function report(
  options: Options,
  counted: Counted,
  problems: Generated["problems"],
  difference: OutputDifference,
  milliseconds: number,
): number {
  const stale = [...difference.changed, ...difference.superfluous];
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ problems, ...(options.check && { stale }) }, null, 2)}\n`);
  } else if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n\n`);
    process.stderr.write(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}; nothing was written\n`);
  } else if (options.check && stale.length > 0) {
    for (const path of difference.changed) process.stderr.write(`${path}: not up to date\n`);
    for (const path of difference.superfluous) process.stderr.write(`${path}: not generated any more\n`);
    const count = stale.length === 1 ? "1 generated file is" : `${stale.length} generated files are`;
    process.stderr.write(`${count} stale; run: npm run gen\n`);
  } else process.stdout.write(`${summary(counted, difference, milliseconds)}\n`);
  return problems.length > 0 || (options.check && stale.length > 0) ? EXIT.findings : EXIT.done;
}

function readSchema<T>(action: () => T): T {
  return attempt("unreadable-schema", "cannot read the schema", action);
}

function compareOutput(root: string, files: Generated["files"]): OutputDifference {
  return attempt("unreadable-output", "cannot read the output", () => compare(root, files));
}

function writeOutput(root: string, files: Generated["files"]): OutputDifference {
  return attempt("unwritable-output", "cannot write the output (it is unchanged)", () => write(root, files));
}

const NONE: OutputDifference = { changed: [], superfluous: [] };

function summary({ units, files }: Counted, { changed, superfluous }: OutputDifference, milliseconds: number): string {
  const removed = superfluous.length > 0 ? `, ${superfluous.length} removed` : "";
  const counted = units.map(
    ({ name, structs, layouts, versions, arches, abis }, index) =>
      `${index > 0 ? `${name}: ` : ""}${structs} structs, ${layouts} distinct layouts, ${versions} ${versions === 1 ? "version" : "versions"} × ${arches} arches (${abis} that exist)`,
  );
  return `${counted.join("; ")}, ${files} files (${changed.length} changed${removed}), ${(milliseconds / 1000).toFixed(1)} s`;
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

/** The output of the last run; undefined on the first run, or when the file is damaged (it is then rewritten). */
function readManifest(root: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(root, MANIFEST), "utf8")) as Manifest | null;
    return Array.isArray(manifest?.structs) ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs, and runs again when files have settled after a change. Ends only when the schema cannot be watched. */
async function watchSchema(options: Options): Promise<number> {
  const runOnce = () => endOf("gen", () => run(options));
  let timer: NodeJS.Timeout | undefined;
  // Watching begins before the first run, so that no change is missed.
  const watcher = watch(join(options.root, "schema"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(runOnce, 100);
  });
  await runOnce();
  process.stderr.write("watching schema/ (Ctrl-C ends)\n");
  return new Promise((_, reject) => {
    watcher.on("error", ({ message }) =>
      reject(new CommandError("unreadable-schema", `cannot watch the schema: ${message}`)),
    );
  });
}
