/** Makes a dump for CRIU of an image, and prints what is made up, lost or in the way, and what a restore needs. */
import { readFileSync } from "node:fs";
import { oneLine } from "../../control-characters.js";
import { type CheckedFile, checkFiles } from "../../criu/check-files.js";
import type { DumpOptions } from "../../criu/passage.js";
import { type DumpPlan, planDump } from "../../criu/plan.js";
import { needLines, restoreCommand } from "../../criu/readme.js";
import { InputError } from "../../errors/input-error.js";
import { isSystemError, systemReason } from "../../errors/system-reason.js";
import { UsageError } from "../../errors/usage-error.js";
import { machineFiles } from "../../files/machine-files.js";
import { makeDirectory } from "../../files/new-directory.js";
import type { Image } from "../../image/image.js";
import { counted } from "../../words.js";
import type { CommandContext } from "../frame/context.js";
import { goesToOutput } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";
import { toJson } from "../output/json.js";
import { progressBar } from "../output/progress.js";
import { type Colors, colorsOf, type Output } from "../output/streams.js";
import { printReport, section } from "./conversion-report.js";

export interface DumpOutput {
  readonly output?: string;
  /** Print the plan only, write nothing. */
  readonly plan?: true;
  readonly allowLoss?: true;
  /** `stub`, `drop`, or the path of a file with the code of the old kernel. */
  readonly vdso?: string;
  /** Hexadecimal digits: capabilities that the restoring machine has. */
  readonly capabilities?: string;
  /** Directory with the files of the machine that is to restore the dump. */
  readonly checkFiles?: string;
  readonly json?: true;
}

/** Largest file that is taken as a vdso. */
const MAX_VDSO_BYTES = 1 << 20;

export async function dumpAndPrint(image: Image, context: CommandContext, options: DumpOutput): Promise<void> {
  const { output, plan: isPlan = false, allowLoss = false } = options;
  const { out } = context.streams;
  if (output === undefined && !isPlan)
    throw new UsageError("wrong-usage", "where to? -o takes a new directory; --plan writes none");
  if (!isPlan && goesToOutput(output))
    throw new UsageError("wrong-usage", "a dump is a directory; name a new one with -o");
  const plan = planDump(image, {
    vdso: vdsoOf(options.vdso),
    capabilities: capabilitiesOf(options.capabilities),
  });
  const { report, isPossible, isLossless, needs } = plan;
  const checked =
    options.checkFiles === undefined ? undefined : checkFiles(image, needs, machineFiles(options.checkFiles));
  const willWrite = !isPlan && isPossible && (isLossless || allowLoss);
  const written = willWrite ? await write(plan, output as string, context) : undefined;
  if (options.json)
    out.write(
      toJson({
        ...report,
        needs: checked ? { ...needs, files: checked } : needs,
        output: written === undefined ? null : { directory: output, bytes: written },
      }),
    );
  else {
    const colors = colorsOf(context.streams);
    printReport(out, report, colors);
    if (isPossible) section(out, "a restore needs", needLines(needs), colors.dim);
    if (isPossible) printFiles(out, checked ?? needs.files, colors);
    if (written !== undefined) {
      out.write(`${oneLine(output as string)}: ${counted(plan.files.length, "file")}, ${byteCount(written)}\n`);
      out.write(`restore it there, as root, with: ${restoreCommand(needs)}\n`);
    } else if (!isPossible) out.write("CRIU cannot restore it\n");
    else if (!isLossless)
      out.write(`${isPlan ? "" : "nothing was written: "}something is lost, which --allow-loss allows\n`);
    else out.write("nothing is lost\n");
  }
  const wrong = checked?.filter(({ problem }) => problem !== undefined).length ?? 0;
  if (wrong > 0 && !options.json) out.write(`${counted(wrong, "file")} of ${checked?.length} missing or different\n`);
  if (wrong > 0 || (written === undefined && !(isPossible && isLossless))) context.setFindings();
}

function vdsoOf(option: string | undefined): DumpOptions["vdso"] {
  if (option === undefined || option === "stub" || option === "drop") return option;
  try {
    const bytes = readFileSync(option);
    if (bytes.length === 0 || bytes.length > MAX_VDSO_BYTES)
      throw new InputError("unreadable-file", `it has ${bytes.length} bytes, and the code of a kernel has some pages`, {
        file: option,
      });
    return bytes;
  } catch (error) {
    throw isSystemError(error) ? new InputError("unreadable-file", systemReason(error), { file: option }) : error;
  }
}

/** @throws {UsageError} when the option is no set of capabilities */
function capabilitiesOf(option: string | undefined): bigint | undefined {
  if (option === undefined) return undefined;
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(option))
    throw new UsageError(
      "wrong-usage",
      `--capabilities takes hexadecimal digits, as CapPrm in /proc/self/status has them, not ${JSON.stringify(option)}`,
    );
  return BigInt(option.startsWith("0x") ? option : `0x${option}`);
}

/** @returns number of bytes written */
async function write(plan: DumpPlan, output: string, { streams }: CommandContext): Promise<number> {
  const bar = await progressBar(streams, "writing");
  let written = 0;
  try {
    await makeDirectory(output, async (directory) => {
      written = await plan.write(directory, { allowLoss: true, onProgress: bar.report });
    });
  } finally {
    bar.end();
  }
  return written;
}

function printFiles(out: Output, files: DumpPlan["needs"]["files"] | readonly CheckedFile[], colors: Colors): void {
  const lines = files.map((file) => {
    const bytes = file.size === undefined ? "" : `, ${file.size} bytes`;
    const line = `${oneLine(file.path)}  ${file.uses.join(", ")}${bytes}`;
    if (!("problem" in file)) return line;
    if (file.problem !== undefined) return `${line}: ${colors.red(file.problem)}`;
    const same = file.evidence.length === 0 ? "there" : `same ${file.evidence.join(", ")}`;
    const isUnseen = file.uses.includes("mapped") && !file.evidence.includes("pages");
    return `${line}: ${same}${isUnseen ? ", contents unknown to the image" : ""}`;
  });
  section(out, "files at their paths", lines, colors.dim);
}
