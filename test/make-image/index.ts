/** `npm run make-image -- --abi v21/x86_64 -o FILE`: writes a valid image, for tests, benchmarks and experiments with tools. */
import { Command, InvalidArgumentError } from "commander";
import { AbiError } from "../../runtime/index.js";
import { type MakeOptions, OptionError } from "./options.js";
import { writeImage } from "./write-image.js";

/** Exit code for invalid options, or an image that cannot be written. */
const USAGE = 2;

const program = new Command("make-image")
  .description("Write a valid checkpoint image, by default with every kind of record and object that the version has.")
  .requiredOption("--abi <abi>", "version and architecture, e.g. v21/x86_64")
  .requiredOption("-o, --output <file>", "where to write it")
  .option("--tasks <n>", "number of tasks", count)
  .option("--pages <n>", "pages of private memory in every process", count)
  .option("--vmas <n>", "mappings of every process, if more than it needs", count)
  .option("--seed <n>", "changes the contents of pages", count)
  .option("--kernel <version>", "kernel that writes the image, e.g. 2.6.33")
  .option("--error <message>", "the checkpoint fails with this message at the end")
  .option("--container", "checkpoint of a whole container: object numbers do not ascend")
  .option("--plain", "ordinary tasks only")
  .option("--page-size <bytes>", "bytes of a page, where not the usual ones", count)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
  .addHelpText("after", "\nExample: npm run make-image -- --abi v19/s390x --tasks 20 -o /tmp/image")
  .parse();

const { output, ...options } = program.opts<MakeOptions & { output: string }>();
try {
  const started = performance.now();
  const size = writeImage(options, output);
  process.stderr.write(`${output}: ${size} bytes in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
} catch (error) {
  if (!(error instanceof OptionError || error instanceof AbiError || isSystemError(error))) throw error;
  process.stderr.write(`make-image: ${error.message}\n`);
  process.exitCode = USAGE;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
