/** Prints findings of `ckpt verify`, as lines or as JSON. */

import { oneLine } from "../../control-characters.js";
import { ImageError } from "../../errors/image-error.js";
import { InputError } from "../../errors/input-error.js";
import type { Image } from "../../image/image.js";
import { RULES } from "../../verify/inspections.js";
import { messageOf, type VerifyReport } from "../../verify/report.js";
import type { RestartTarget } from "../../verify/restart-target.js";
import { explanationOf, type Finding } from "../../verify/rule.js";
import { reportOn } from "../../verify/verify.js";
import { counted } from "../../words.js";
import type { CommandContext } from "../frame/context.js";
import { jsonText, toJson } from "../output/json.js";
import { type Colors, colorsOf, type Streams } from "../output/streams.js";

export interface FindingsOptions {
  /** Maximum number of findings to list. If infinite, findings are printed as they are found, and none is kept in memory. */
  readonly max: number;
  readonly strict?: true;
  readonly json?: true;
  readonly target?: RestartTarget | undefined;
}

/**
 * Checks an image and prints the findings.
 *
 * @throws {InputError} when the file is not an image
 * @throws {UsageError} (`restart-target`) when the target is invalid
 */
export function printFindings(context: CommandContext, path: string, image: Image, options: FindingsOptions): void {
  const printer = options.json ? new JsonPrinter(context.streams, path, image) : new LinePrinter(context.streams, path);
  const report = check(path, image, options, printer);
  const { errors, warnings, notes } = report.summary;
  if (errors + warnings + (options.strict ? notes : 0) > 0) context.setFindings();
  printer.end(report);
}

/** Checks the image and passes the findings to the printer; without a limit, while the image is read. */
function check(path: string, image: Image, { max, target }: FindingsOptions, printer: Printer) {
  const isEndless = max === Number.POSITIVE_INFINITY;
  try {
    if (isEndless) return reportOn(image, { target, max: 0, onFinding: (finding) => printer.finding(finding) });
    const report = reportOn(image, { target, max });
    for (const finding of report.findings) printer.finding(finding);
    return report;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new InputError("no-image", `it is not a checkpoint image: ${error.message}`, { file: path });
  }
}

interface Printer {
  finding(finding: Finding): void;
  end(report: VerifyReport): void;
}

/** Prints one JSON object, with each finding on its own line, so that a list of any length needs no memory. */
class JsonPrinter implements Printer {
  private printed = 0;
  private isStarted = false;

  constructor(
    private readonly streams: Streams,
    private readonly path: string,
    private readonly image: Image,
  ) {}

  finding(finding: Finding): void {
    this.start();
    this.streams.out.write(`${this.printed++ === 0 ? "" : ","}\n    ${jsonText(finding)}`);
  }

  end({ summary }: VerifyReport): void {
    this.start();
    const leftOut = summary.errors + summary.warnings + summary.notes - this.printed;
    const text = toJson({ ...summary, leftOut })
      .trimEnd()
      .replaceAll("\n", "\n  ");
    this.streams.out.write(`${this.printed === 0 ? "" : "\n  "}],\n  "summary": ${text}\n}\n`);
  }

  /** Deferred to the first finding, so that nothing is printed for a file that turns out not to be an image. */
  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    const [image, abi] = [this.path, this.image.format.abi.name].map((text) => jsonText(text));
    this.streams.out.write(`{\n  "image": ${image},\n  "abi": ${abi},\n  "findings": [`);
  }
}

class LinePrinter implements Printer {
  private readonly colors: Colors;
  private printed = 0;

  constructor(
    private readonly streams: Streams,
    private readonly path: string,
  ) {
    this.colors = colorsOf(streams);
  }

  finding(finding: Finding): void {
    this.printed++;
    const { severity, rule } = finding;
    const paint = { error: this.colors.red, warning: this.colors.yellow, note: this.colors.cyan }[severity];
    this.streams.out.write(`${paint(severity)}: ${oneLine(messageOf(finding))} ${this.colors.dim(`[${rule}]`)}\n`);
  }

  end({ abi, summary }: VerifyReport): void {
    const { out } = this.streams;
    const { errors, warnings, notes, records, end, rules } = summary;
    const leftOut = errors + warnings + notes - this.printed;
    if (leftOut > 0) out.write(`and ${leftOut} more; --all lists all of them\n`);
    if (Object.keys(rules).length > 0) out.write("\nRules of a valid image, and how often this one breaks them:\n");
    for (const rule of Object.keys(rules).flatMap((id) => RULES.find((one) => one.id === id) ?? []))
      out.write(`  ${rules[rule.id]} × ${rule.id}: ${explanationOf(rule)}\n`);
    const counts = [counted(errors, "error"), counted(warnings, "warning"), counted(notes, "note")].join(", ");
    const found = errors + warnings + notes === 0 ? "no findings" : counts;
    const until = end === "damaged" ? "; nothing after the damage was checked" : "";
    out.write(`${oneLine(this.path)}: ${found} in ${counted(records, "record")}, read as ${abi}${until}\n`);
  }
}
