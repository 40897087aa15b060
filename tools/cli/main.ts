/** The command line `ckpt`: arguments in, text and an exit code out. All facts come from the library functions of tools/. */
import { Command, CommanderError } from "commander";
import { CkptError } from "../../runtime/errors.js";
import { oneLine } from "../control-characters.js";
import { EXIT, EXIT_MEANINGS } from "../errors/exit.js";
import { isSystemError } from "../errors/system-reason.js";
import { addAbiCommand } from "./commands/abi/index.js";
import { IMAGE_COMMANDS } from "./commands/index.js";
import { CommandContext } from "./frame/context.js";
import { explain } from "./frame/explain.js";
import { DescriptorOutput } from "./output/descriptor-output.js";
import type { Streams } from "./output/streams.js";

/** Runs the command line in this process. If the reader of the output closes it (`| head`), the program ends quietly. */
export async function main(argv: readonly string[], version: string): Promise<number> {
  const out = new DescriptorOutput(1, () => process.stdout);
  const streams: Streams = {
    out,
    // A getter, because Node sets up the stream on first use, which most runs do not need.
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
    if (error.code === "EPIPE") return EXIT.done;
    process.stderr.write(`ckpt: ${oneLine(error.message)}\n`);
    return codeOfSystem(error);
  }
}

/**
 * Runs one command.
 *
 * @param argv arguments without the program's name
 * @param version of the package, for `--version`
 * @returns the exit code, see {@link EXIT}; if nothing was done, one line on `err` says why
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
  // Setting up all commands would take longer than many of them run.
  const named = argv.find((argument) => !argument.startsWith("-")) ?? "";
  if (Object.hasOwn(IMAGE_COMMANDS, named)) IMAGE_COMMANDS[named]?.(program, context);
  else {
    for (const add of Object.values(IMAGE_COMMANDS)) add(program, context);
    addAbiCommand(program, streams);
  }
  program.addHelpText(
    "after",
    `\nExit codes: ${Object.entries(EXIT_MEANINGS)
      .map(([name, meaning]) => `${EXIT[name as keyof typeof EXIT]} ${meaning}`)
      .join(", ")}.`,
  );
  try {
    await program.parseAsync(argv, { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      if (context.restOfHelp) streams.out.write(`${await context.restOfHelp()}\n`);
      return EXIT.done;
    }
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    streams.err.write(`ckpt: ${oneLine(failure.message)}\n`);
    return failure.code;
  }
}

/** Exit code and message of an error; undefined for an error that is a bug. */
function failureOf(error: unknown): { readonly code: number; readonly message: string } | undefined {
  if (error instanceof CommanderError)
    return {
      code: EXIT.usage,
      message:
        error.code === "commander.help"
          ? "which command? see --help"
          : error.message.replace(/^error: /, "").replaceAll("\n", " "),
    };
  if (error instanceof CkptError) return { code: EXIT[error.exit], message: explain(error) };
  if (isSystemError(error) && error.code !== "EPIPE") return { code: codeOfSystem(error), message: error.message };
  return undefined;
}

/** System calls that only reading uses. Tools that write files turn their system errors into an `OutputError`. */
const READING: ReadonlySet<string> = new Set(["open", "read", "stat", "lstat", "fstat", "scandir", "readlink"]);

function codeOfSystem({ syscall }: NodeJS.ErrnoException): number {
  return READING.has(syscall ?? "") ? EXIT.input : EXIT.output;
}
