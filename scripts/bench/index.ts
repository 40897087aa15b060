/**
 * `npm run bench -- NAME`: measures the speed that the project promises. Without a name it runs all benches, each as a process of its own, on one
 * build of the package.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Argument, Command } from "commander";
import { BUILT, packCommand } from "./image/package.js";
import { nodeOf } from "./node-version.js";
import { type Bound, held, type Outcome, printBounds } from "./outcome.js";
import { type Measured, tableOf, withTable } from "./table.js";

interface Bench {
  readonly name: string;
  readonly summary: string;
  /** Loads the code of the bench on demand, so that no bench loads the libraries of another. */
  load(): Promise<{ run(print: (line: string) => void): Outcome | Promise<Outcome> }>;
}

const BENCHES: readonly Bench[] = [
  {
    name: "codec",
    summary: "generated codecs, compared with a hand-written one and four libraries",
    load: () => import("./codec/index.js"),
  },
  {
    name: "gen",
    summary:
      "a whole generation, compared with the type checker over its output, with nothing to do, and with twice the versions",
    load: () => import("./gen.js"),
  },
  {
    name: "image",
    summary: "info and verify of 1 GiB, a million and ten million records, compared with cat and sha256sum",
    load: () => import("./image/index.js"),
  },
  {
    name: "start",
    summary: "imports compared with an empty module, commands that do little with info, and the size of a bundle",
    load: () => import("./start.js"),
  },
  {
    name: "core",
    summary: "writing a core of 1 GiB, compared with cp",
    load: () => import("./core.js"),
  },
  {
    name: "criu",
    summary: "writing a dump for CRIU of 1 GiB, compared with cp",
    load: () => import("./criu.js"),
  },
  {
    name: "diff",
    summary: "comparing two images: 1 GiB, a million records, 10,000 tasks; compared with cmp and info",
    load: () => import("./diff.js"),
  },
  {
    name: "text",
    summary: "a million records as JSON text and back, compared with a Kaitai Struct parser",
    load: () => import("./text.js"),
  },
  {
    name: "convert",
    summary: "converting a million records over all versions, compared with info",
    load: () => import("./convert.js"),
  },
  {
    name: "listing",
    summary: "listing a million records and half a million mappings, compared with plain JavaScript",
    load: () => import("./listing.js"),
  },
  {
    name: "search",
    summary: "searching 1 GiB of memory for an expression, compared with grep",
    load: () => import("./search.js"),
  },
];

interface Options {
  readonly json?: true;
  readonly strict?: true;
  readonly node?: string;
  readonly table?: true;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Versions of Node in the tables. */
const NODES = ["20", "24"];
/** Pages with such a table, and how many comparisons of each bench they list. */
const PAGES: Readonly<Record<string, number>> = { "README.md": 1, "docs/speed.md": Infinity };

async function main(names: readonly string[], options: Options): Promise<void> {
  const { json, strict, node, table } = options;
  const benches = BENCHES.filter(({ name }) => names.length === 0 || names.includes(name));
  const executable = node === undefined ? process.execPath : nodeOf(node);
  const [only] = benches;
  if (only && benches.length === 1 && executable === process.execPath && !table) return runBench(only, options);
  withPackage(() => {
    if (table) return measureForTables(benches);
    const flags = [...(json ? ["--json"] : []), ...(strict ? ["--strict"] : [])];
    for (const { name } of benches) {
      if (!json) process.stdout.write(`\n== ${name}\n`);
      const { status } = spawnSync(executable, commandOf(name, flags), { stdio: "inherit" });
      if (status !== 0) process.exitCode = 1;
    }
  });
}

async function runBench(bench: Bench, { json, strict }: Options): Promise<void> {
  const { run } = await bench.load();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const { bounds, numbers } = await run(json ? () => {} : print);
  if (json) print(JSON.stringify({ bench: bench.name, ...numbers, bounds }, null, 2));
  else printBounds(bounds, print);
  if (strict && !bounds.every(held)) process.exitCode = 1;
}

/** Builds the package for all benches that `work` starts. */
function withPackage(work: () => void): void {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-bench-"));
  try {
    process.env[BUILT] = dirname(dirname(packCommand(directory)));
    work();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Arguments for Node, with the loader of TypeScript that runs this process. */
function commandOf(name: string, flags: readonly string[]): string[] {
  return [...process.execArgv, fileURLToPath(import.meta.url), name, ...flags];
}

/** Runs benches on each version of Node, then writes the tables. A bench that fails is missing in them. */
function measureForTables(benches: readonly Bench[]): void {
  const measured: Measured[] = [];
  for (const version of NODES) {
    const executable = nodeOf(version);
    const bounds = new Map<string, readonly Bound[]>();
    const node = spawnSync(executable, ["--version"], { encoding: "utf8" }).stdout.trim();
    measured.push({ node, bounds });
    for (const { name } of benches) {
      process.stdout.write(`${name} on Node ${node}\n`);
      const { status, stdout } = spawnSync(executable, commandOf(name, ["--json"]), {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (status !== 0) {
        process.exitCode = 1;
        continue;
      }
      const outcome = JSON.parse(stdout) as Outcome;
      bounds.set(name, outcome.bounds);
      printBounds(outcome.bounds, (line) => void process.stdout.write(`  ${line}\n`));
    }
  }
  writeTables(measured);
}

function writeTables(measured: readonly Measured[]): void {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  const circumstances = { date: new Date().toISOString().slice(0, 10), cpu: `${cpus().length} × ${model}` };
  for (const [page, most] of Object.entries(PAGES)) {
    const path = join(ROOT, page);
    writeFileSync(path, withTable(readFileSync(path, "utf8"), tableOf(measured, circumstances, most)));
  }
}

const summaries = BENCHES.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`);
await new Command("bench")
  .description("Measure speed, compared with what a user would use instead.")
  .addArgument(
    new Argument("[name...]", "benches to run; all if none is named").choices(BENCHES.map(({ name }) => name)),
  )
  .option("--json", "print the numbers as JSON")
  .option("--strict", "exit with 1 when a bound is missed")
  .option("--node <version>", "run on this version of Node, which npm downloads")
  .option(
    "--table",
    `run on Node ${NODES.join(" and ")}, and write the ratios into ${Object.keys(PAGES).join(" and ")}`,
  )
  .addHelpText("after", `\nBenches:\n${summaries.join("\n")}`)
  .action(main)
  .parseAsync();
