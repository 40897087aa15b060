/** Strips an image and prints what was removed. */

import { UsageError } from "../../errors/usage-error.js";
import { replaceFile } from "../../files/replace.js";
import type { Image } from "../../image/image.js";
import { CONTENTS, type ContentKind, type StripOptions } from "../../strip/options.js";
import { type StripReport, stripImage } from "../../strip/strip.js";
import type { ImageSink } from "../../write/sink.js";
import type { CommandContext } from "../frame/context.js";
import { besideOutput, goesToOutput, refuseTerminal } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";
import { toJson } from "../output/json.js";
import { progressBar } from "../output/progress.js";

/** What remains in the image, and where the result is written. */
export interface StripOutput {
  readonly output: string;
  /** Kinds of contents to keep, separated by commas. */
  readonly keep?: string;
  readonly zero?: true;
  readonly registers?: true;
  readonly paths?: true;
  readonly json?: true;
}

export async function stripAndPrint(image: Image, context: CommandContext, options: StripOutput): Promise<void> {
  const { streams } = context;
  const { output, json, zero, registers, paths } = options;
  refuseTerminal(output, streams);
  const what: StripOptions = {
    keep: kindsOf(options.keep),
    zero: zero === true,
    registers: registers === true,
    paths: paths === true,
  };
  const bar = await progressBar(streams, "stripping");
  let report: StripReport | undefined;
  const fill = async (sink: ImageSink) => {
    report = await stripImage(image, sink, what, bar.report);
  };
  try {
    if (goesToOutput(output)) await fill({ write: (bytes) => void streams.out.write(bytes) });
    else await replaceFile(output, fill);
  } finally {
    bar.end();
  }
  if (report) besideOutput(output, streams).write(json ? toJson({ output, ...report }) : textOf(report));
}

function kindsOf(text: string | undefined): Set<ContentKind> {
  const kinds = new Set<ContentKind>();
  for (const word of text?.split(",") ?? []) {
    const kind = CONTENTS.find((name) => name === word.trim());
    if (!kind) throw new UsageError("wrong-usage", `--keep takes ${CONTENTS.join(", ")}, not ${JSON.stringify(word)}`);
    kinds.add(kind);
  }
  return kinds;
}

const NAMES: Readonly<Record<keyof StripReport["stripped"], string>> = {
  memory: "memory",
  pipes: "pipe contents",
  sockets: "socket data",
  messages: "messages",
  tty: "terminal input",
  kernel: "state of the kernel",
  values: "other values",
  leftovers: "leftover memory",
};

function textOf({ before, after, stripped }: StripReport): string {
  const parts = Object.entries(stripped).flatMap(([kind, count]) =>
    count === 0 ? [] : [`${byteCount(count)} of ${NAMES[kind as keyof typeof NAMES]}`],
  );
  const what = parts.length === 0 ? "nothing to take away" : `took away ${parts.join(", ")}`;
  return `${what}; ${byteCount(before)} before, ${byteCount(after)} now\n`;
}
