/** The command line `ckpt`: arguments in, text and an exit code out. What it knows comes from the library functions of tools/. */
import { Command, CommanderError } from "commander";
import { AbiError } from "../../runtime/errors.js";
import { addAbiCommand } from "./abi/command.js";
import { explain } from "./explain.js";
import { oneLine, type Streams } from "./streams.js";
import { UsageError } from "./usage-error.js";

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/** Runs in this process. A reader that goes away (`| head`) ends it quietly. */
export async function main(argv: readonly string[], version: string): Promise<number> {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(DONE);
      process.stderr.write(`ckpt: cannot write the output: ${oneLine(error.message)}\n`);
      process.exit(FAILED);
    });
  return run(argv, { out: process.stdout, err: process.stderr, env: process.env }, version);
}

/**
 * Runs one command.
 *
 * @param argv arguments without the program's name
 * @param version of the package, for `--version`
 * @returns the exit code: 0 done, 2 the arguments make no sense or name what does not exist (one line on `err` says why)
 */
export async function run(argv: readonly string[], streams: Streams, version: string): Promise<number> {
  const program = new Command("ckpt")
    .description("Checkpoint images of Linux checkpoint/restart (linux-cr) and their ABI.")
    .version(version, "-V, --version", "print the version of this package")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.out.write(text),
      // Errors are reported below, as one line.
      writeErr: () => {},
      getOutHelpWidth: () => streams.out.columns ?? 80,
      getOutHasColors: () => false,
    });
  addAbiCommand(program, streams);
  program.addHelpText("after", "\nExit codes: 0 done, 2 wrong usage or an unknown name.");
  try {
    await program.parseAsync(argv, { from: "user" });
    return DONE;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return DONE;
    const message = messageOf(error);
    if (message === undefined) throw error;
    streams.err.write(`ckpt: ${oneLine(message)}\n`);
    return USAGE;
  }
}

/** What a user should read; undefined for an error that is a bug. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof CommanderError)
    return error.code === "commander.help"
      ? "which command? see --help"
      : error.message.replace(/^error: /, "").replaceAll("\n", " ");
  if (error instanceof UsageError) return error.message;
  return error instanceof AbiError ? explain(error) : undefined;
}
