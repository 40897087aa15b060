/** The command line `ckpt`: arguments in, text and an exit code out. What it knows comes from the library functions of tools/. */
import { Command, CommanderError } from "commander";
import { AbiError, ShortBufferError } from "../../runtime/errors.js";
import { ImageError } from "../errors/image-error.js";
import { OutputError } from "../errors/output-error.js";
import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import { InputError } from "../image/bytes/open-source.js";
import { UnknownTaskError } from "../model/choose-task.js";
import { addAbiCommand } from "./commands/abi/index.js";
import { IMAGE_COMMANDS } from "./commands/index.js";
import { CommandContext, EXIT } from "./frame/context.js";
import { explain } from "./frame/explain.js";
import { DescriptorOutput } from "./output/descriptor-output.js";
import { oneLine, type Streams } from "./output/streams.js";

/** Runs in this process. A reader that goes away (`| head`) ends it quietly. */
export async function main(argv: readonly string[], version: string): Promise<number> {
  const out = new DescriptorOutput(1, () => process.stdout);
  const streams: Streams = {
    out,
    // Node makes it ready when it is asked for, which most runs do without.
    get err() {
      return process.stderr;
    },
    env: process.env,
  };
  try {
    const code = await run(argv, streams, version);
    out.flush();
    return code;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EPIPE") return EXIT.ok;
    process.stderr.write(`ckpt: ${oneLine(error.message)}\n`);
    return codeOfSystem(error);
  }
}

/**
 * Runs one command.
 *
 * @param argv arguments without the program's name
 * @param version of the package, for `--version`
 * @returns the exit code, see {@link EXIT}; from 2 on one line on `err` says why
 */
export async function run(argv: readonly string[], streams: Streams, version: string): Promise<number> {
  const context = new CommandContext(streams);
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
  // To set all of them up takes longer than many a command runs.
  const named = argv.find((argument) => !argument.startsWith("-")) ?? "";
  if (Object.hasOwn(IMAGE_COMMANDS, named)) IMAGE_COMMANDS[named]?.(program, context);
  else {
    for (const add of Object.values(IMAGE_COMMANDS)) add(program, context);
    addAbiCommand(program, streams);
  }
  program.addHelpText(
    "after",
    "\nExit codes: 0 done, 1 done with findings or not done because of them, 2 wrong usage or an unknown name, 3 the input cannot be read, 4 the output cannot be written.",
  );
  try {
    await program.parseAsync(argv, { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    streams.err.write(`ckpt: ${oneLine(failure.message)}\n`);
    return failure.code;
  }
}

interface Failure {
  readonly code: number;
  readonly message: string;
}

/** What a user should read; undefined for an error that is a bug. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError)
    return {
      code: EXIT.usage,
      message:
        error.code === "commander.help"
          ? "which command? see --help"
          : error.message.replace(/^error: /, "").replaceAll("\n", " "),
    };
  if (error instanceof UsageError || error instanceof UnknownTaskError)
    return { code: EXIT.usage, message: error.message };
  if (error instanceof ShortBufferError) return { code: EXIT.badInput, message: error.message };
  if (error instanceof AbiError) return { code: EXIT.usage, message: explain(error) };
  if (error instanceof InputError || error instanceof ImageError)
    return { code: EXIT.badInput, message: error.message };
  if (error instanceof RefusalError) return { code: EXIT.findings, message: error.message };
  if (isSystemError(error) && error.code !== "EPIPE") return { code: codeOfSystem(error), message: error.message };
  return undefined;
}

/** Calls of the system that only reading makes. Files that are written turn their errors into {@link OutputError}. */
const READING: ReadonlySet<string> = new Set(["open", "read", "stat", "lstat", "fstat", "scandir", "readlink"]);

function codeOfSystem(error: NodeJS.ErrnoException): number {
  return !(error instanceof OutputError) && READING.has(error.syscall ?? "") ? EXIT.badInput : EXIT.badOutput;
}

/** An error of the system, such as a full disk, in contrast to a bug. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}
