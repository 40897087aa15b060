/** Writes core files of processes and prints what is in them. */
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { oneLine } from "../../control-characters.js";
import { type Core, type CoreOptions, coreOf } from "../../core/core.js";
import { exclusionOf } from "../../core/exclusion.js";
import { CoreMappings } from "../../core/mappings.js";
import { type CoreProcess, processesOf, processOfTask } from "../../core/process.js";
import type { CoreReport } from "../../core/report.js";
import { OutputError, outputError } from "../../errors/output-error.js";
import { RefusalError } from "../../errors/refusal-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { localFile } from "../../files/local-file.js";
import { replaceFile } from "../../files/replace.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { besideOutput, goesToOutput, isSameFile, refuseTerminal } from "../frame/output.js";
import { writeJson } from "../output/json-stream.js";
import { progressBar } from "../output/progress.js";
import { coreFacts, printCore, printRemarks } from "../print/core.js";

/** Which core files are written, and where. */
export interface CoreRequest {
  /** Name of a file, or of a directory for several cores; `-` for the standard output. */
  readonly output: string;
  /** Pid of a task of the process. */
  readonly task?: string;
  readonly all?: true;
  /** Directory that contains the files of the processes. */
  readonly sysroot?: string;
  /** Mappings whose contents are left out. */
  readonly excludeVma?: readonly string[];
  readonly json?: true;
}

export async function writeCores(
  image: Image,
  path: string,
  context: CommandContext,
  request: CoreRequest,
): Promise<void> {
  // Debuggers look for the files that a core names from their own directory.
  const options = request.sysroot === undefined ? request : { ...request, sysroot: resolve(request.sysroot) };
  if (options.all && options.task !== undefined)
    throw new UsageError("wrong-usage", "--all writes every process; --task names one of them");
  await (options.all ? writeAll : writeOne)(image, path, context, options);
}

type Writer = typeof writeCores;

const writeOne: Writer = async (image, path, context, options) => {
  const { output, json } = options;
  refuseTerminal(output, context.streams, "a core");
  if (!goesToOutput(output) && isSameFile(path, output))
    throw new UsageError("wrong-usage", `${output} is being read; name another file for the core`);
  const process = processOfTask(image, options.task);
  const core = coreOf(process, coreOptions(options, [process]));
  await write(core, output, context);
  const told = besideOutput(output, context.streams);
  if (json) {
    writeJson(told, coreFacts(output, core.report));
    return;
  }
  printCore(goesToOutput(output) ? "standard output" : output, core.report, told);
  printRemarks(output, core.report, options.sysroot, told);
};

const writeAll: Writer = async (image, _path, context, options) => {
  const { output, json } = options;
  if (goesToOutput(output))
    throw new UsageError("wrong-usage", "--all writes several cores; name a directory for them with -o");
  const processes = processesOf(image);
  const wanted = coreOptions(options, processes);
  const directory = new Directory(output);
  const names = new Set<string>();
  const written: { file: string; report: CoreReport }[] = [];
  let failure: RefusalError | undefined;
  try {
    for (const process of processes) {
      const core = attempt(process, wanted, context);
      if (core instanceof RefusalError) {
        failure ??= core;
        continue;
      }
      const file = directory.file(nameOf(process, names));
      await write(core, file, context);
      if (json) written.push({ file, report: core.report });
      else printCore(file, core.report, context.streams.out);
    }
  } finally {
    directory.leaveIfEmpty();
  }
  if (names.size === 0) throw failure ?? new RefusalError("no-memory", "the image has no task with memory");
  if (json)
    writeJson(
      context.streams.out,
      written.map(({ file, report }) => coreFacts(file, report)),
    );
};

/** @throws {UsageError} when none of the processes has a mapping that is to be excluded */
function coreOptions(
  { output, sysroot, excludeVma = [] }: CoreRequest,
  processes: readonly CoreProcess[],
): CoreOptions {
  const exclude = exclusionOf(excludeVma);
  // Iterating over the mappings marks the exclusions that match one.
  if (excludeVma.length > 0) for (const process of processes) for (const _ of new CoreMappings(process, exclude));
  const [unused] = exclude.unused;
  if (unused !== undefined)
    throw new UsageError(
      "wrong-usage",
      `--exclude-vma: no mapping is ${JSON.stringify(unused)}; ckpt maps shows their names`,
    );
  return { files: localFile, sysroot, exclude, sparse: !goesToOutput(output) };
}

/** Returns the error instead of throwing it, so that the other processes are still written. */
function attempt(process: CoreProcess, options: CoreOptions, context: CommandContext): Core | RefusalError {
  try {
    return coreOf(process, options);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    context.setFindings();
    context.streams.err.write(`ckpt: no core of process ${process.pid}: ${oneLine(error.message)}\n`);
    return error;
  }
}

async function write(core: Core, output: string, { streams }: CommandContext): Promise<void> {
  const bar = await progressBar(streams, "writing");
  try {
    if (goesToOutput(output)) await core.write({ write: (bytes) => void streams.out.write(bytes) }, bar.report);
    else await replaceFile(output, (file) => core.write(file, bar.report));
  } finally {
    bar.end();
  }
}

/** `core.PID`, or `core.PID.INDEX` if the name is taken: processes outside the root task's pid namespace all have pid 0. */
function nameOf({ pid, threads }: CoreProcess, taken: Set<string>): string {
  const usual = `core.${pid}`;
  const name = taken.has(usual) ? `${usual}.${threads[0].index}` : usual;
  taken.add(name);
  return name;
}

/** A directory that is created when its first file is written. */
class Directory {
  private isNew = false;
  private isThere = false;

  constructor(private readonly path: string) {}

  file(name: string): string {
    if (!this.isThere) this.make();
    return join(this.path, name);
  }

  /** Removes the directory if it was created and no file was written. */
  leaveIfEmpty(): void {
    if (!this.isNew) return;
    try {
      rmdirSync(this.path);
    } catch {
      // It is not empty.
    }
  }

  private make(): void {
    this.isThere = true;
    try {
      mkdirSync(this.path);
      this.isNew = true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST" && statSync(this.path).isDirectory()) return;
      const reason = REASONS[code ?? ""];
      throw reason === undefined ? outputError(this.path, error) : new OutputError(this.path, reason, code);
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: "it is a file, and several cores need a directory",
  ENOENT: "there is no such directory",
};
