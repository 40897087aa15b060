/** Converts an image, and prints the report of the conversion. */
import type { Conversion } from "../../convert/convert.js";
import { planConversion } from "../../convert/convert.js";
import { UsageError } from "../../errors/usage-error.js";
import { replaceFile } from "../../files/replace.js";
import type { Image } from "../../image/image.js";
import type { ImageSink } from "../../write/sink.js";
import type { CommandContext } from "../frame/context.js";
import { besideOutput, goesToOutput, refuseTerminal } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";
import { toJson } from "../output/json.js";
import { progressBar } from "../output/progress.js";
import { colorsOf } from "../output/streams.js";
import { printReport } from "./conversion-report.js";

/** Target of a conversion, and where the result is written. */
export interface ConversionOutput {
  readonly to: string;
  readonly output?: string;
  /** Print the plan only, write nothing. */
  readonly plan?: true;
  readonly allowLoss?: true;
  readonly kernel?: string;
  readonly release?: string;
  readonly build?: string;
  readonly machine?: string;
  readonly json?: true;
}

export async function convertAndPrint(image: Image, context: CommandContext, options: ConversionOutput): Promise<void> {
  const { streams } = context;
  const { output, plan = false, allowLoss = false } = options;
  if (output === undefined && !plan)
    throw new UsageError("wrong-usage", "where to? -o takes a file; --plan writes none");
  if (!plan) refuseTerminal(output, streams);
  const conversion = await planned(image, context, options);
  const { report, isPossible, isLossless } = conversion;
  const willWrite = !plan && isPossible && (isLossless || allowLoss);
  const written = willWrite ? await write(conversion, output as string, context) : undefined;
  const told = plan ? streams.out : besideOutput(output, streams);
  if (options.json)
    told.write(toJson({ ...report, output: written === undefined ? null : { file: output, bytes: written } }));
  else {
    // Printed even if the loss was allowed.
    printReport(told, report, told === streams.out ? colorsOf(streams) : undefined);
    if (written !== undefined) told.write(`${byteCount(image.source.size)} before, ${byteCount(written)} now\n`);
    else if (!isPossible) told.write("cannot be converted\n");
    else if (!isLossless)
      told.write(`${plan ? "" : "nothing was written: "}something is lost, which --allow-loss allows\n`);
    else told.write("nothing is lost\n");
  }
  if (!willWrite && !(isPossible && isLossless)) context.setFindings();
}

async function planned(
  image: Image,
  { streams }: CommandContext,
  { to, kernel, release, build: version, machine }: ConversionOutput,
): Promise<Conversion> {
  const bar = await progressBar(streams, "planning");
  try {
    return planConversion(image, { to, kernel, release, version, machine }, bar.report);
  } finally {
    bar.end();
  }
}

/** @returns number of bytes of the result */
async function write(conversion: Conversion, output: string, { streams }: CommandContext): Promise<number> {
  const bar = await progressBar(streams, "converting");
  let written = 0;
  const fill = async (sink: ImageSink) => {
    written = await conversion.write(sink, { allowLoss: true, onProgress: bar.report });
  };
  try {
    if (goesToOutput(output)) await fill({ write: (bytes) => void streams.out.write(bytes) });
    else await replaceFile(output, fill);
  } finally {
    bar.end();
  }
  return written;
}
