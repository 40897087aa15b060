/** `npm run bench -- NAME`: measures the speed that the project promises. Without a name it lists the benches. */
import { Command } from "commander";
import { held, type Outcome, printBounds } from "./outcome.js";

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
    summary: "a whole generation, compared with the type checker over its output",
    load: () => import("./gen.js"),
  },
  {
    name: "image",
    summary: "reading a 1 GiB image and one of a million records, compared with cat and sha256sum",
    load: () => import("./image/index.js"),
  },
  {
    name: "start",
    summary: "importing the package, compared with an empty module, and the size of a bundle",
    load: () => import("./start.js"),
  },
  {
    name: "core",
    summary: "writing a core of 1 GiB, compared with cp",
    load: () => import("./core.js"),
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
  readonly json?: boolean;
  readonly strict?: boolean;
}

async function runBench(bench: Bench, { json, strict }: Options): Promise<void> {
  const { run } = await bench.load();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const { bounds, numbers } = await run(json ? () => {} : print);
  if (json) print(JSON.stringify({ bench: bench.name, ...numbers, bounds }, null, 2));
  else printBounds(bounds, print);
  if (strict && !bounds.every(held)) process.exitCode = 1;
}

const program = new Command("bench")
  .description("Measure speed, compared with what a user would use instead.")
  .helpCommand(false);
for (const bench of BENCHES)
  program
    .command(bench.name)
    .description(bench.summary)
    .option("--json", "print the numbers as JSON")
    .option("--strict", "exit with 1 when a bound is missed")
    .action((options: Options) => runBench(bench, options));
if (process.argv.length > 2) await program.parseAsync();
else program.outputHelp();
