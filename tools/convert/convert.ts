/**
 * Converts images between the versions of the format, in three passes over the records. The first pass writes nothing: it finds what is lost, and
 * numbers the new objects. The second is a rehearsal: it encodes the result without keeping it and reads it back, which finds obstacles. Together
 * they make the plan; the third pass writes the result. Records are processed one at a time, and contents are copied from the image as needed.
 */
import { RefusalError } from "../errors/refusal-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Progress } from "../image/bytes/progress.js";
import type { Image } from "../image/image.js";
import { refuseDamage } from "../image/refuse-damage.js";
import type { ImageSink } from "../write/sink.js";
import { ImageWriter } from "../write/writer.js";
import { Chain } from "./chain.js";
import { Emitter } from "./emit.js";
import { Identity } from "./identity.js";
import { KernelStructs } from "./kernel-structs.js";
import type { RecordNode } from "./nodes.js";
import { Numbering } from "./numbering.js";
import { LostPadding } from "./padding.js";
import type { Passages } from "./passages.js";
import { References } from "./references.js";
import { type Emission, rehearse } from "./rehearsal.js";
import { ConversionLog, type ConversionReport } from "./report.js";
import { passagesOf, sourceNodes } from "./source.js";
import { type KernelIdentity, targetFormat, wayBetween } from "./target.js";

export interface ConvertOptions extends KernelIdentity {
  /** Version of the result, or `version/arch` with the architecture of the image. */
  readonly to: string;
  /** Number of places of each group to report one by one; 10 by default. */
  readonly examples?: number | undefined;
}

/** The plan of a conversion. */
export interface Conversion {
  readonly format: ImageFormat;
  readonly report: ConversionReport;
  /**
   * Whether the result can be converted back to the same image, apart from {@link ConversionReport.repairs} and {@link ConversionReport.leftovers}.
   */
  readonly isLossless: boolean;
  /** Whether the image can be converted at all. */
  readonly isPossible: boolean;
  /**
   * Writes the result as a stream.
   *
   * @returns number of bytes written
   * @throws {RefusalError} `lossy-conversion` when something is lost and that is not allowed, `impossible-conversion` when there is no result
   */
  write(sink: ImageSink, options?: { readonly allowLoss?: boolean; readonly onProgress?: Progress }): Promise<number>;
}

/**
 * Plans a conversion: what it changes, what it loses, and whether it is possible. Writes nothing.
 *
 * @throws {InputError} (`damaged-image`) for a damaged image
 * @throws {UsageError} (`conversion-target`) for a target that no image of its architecture has, or an invalid identity
 * @throws {UnknownNameError} when there is no such version
 */
export function planConversion(image: Image, options: ConvertOptions, onProgress?: Progress): Conversion {
  refuseDamage(image);
  const format = targetFormat(image, options.to);
  const numbering = new Numbering();
  const log = new ConversionLog(options.examples);
  const trailing = ({ name, origin }: RecordNode) =>
    log.add("losses", {
      boundary: image.format.abi.target.version,
      step: "end",
      record: name === "" ? `type ${origin?.node.record?.type}` : name,
      why: "it follows the TAIL record, where the format defines nothing",
      origin,
    });
  // Later passes find the same facts again, so their log is discarded.
  const forgotten = new ConversionLog();
  let passages: Passages | undefined;
  const pass = (findings: ConversionLog) => {
    numbering.rewind();
    const chain = new Chain(image, format, numbering, findings);
    const identity = new Identity(image.format, format, options, findings);
    const emitter = new Emitter(
      format,
      numbering,
      identity,
      new KernelStructs(format, options.kernel, findings),
      chain.padding,
    );
    const hears = findings === log ? trailing : () => {};
    passages ??= passagesOf({ image, format, chain, identity, references: new References(format, numbering) });
    return { chain, emitter, nodes: chain.lift(sourceNodes({ image, chain, passages }, hears), chain.end) };
  };
  const { emitter, nodes, chain } = pass(log);
  const lostPadding = new LostPadding(chain.padding, wayBetween(image.format, format), log, image.size);
  emitter.survey(nodes, lostPadding, onProgress);
  lostPadding.finish({ image, node: image.root }, (origin) => log.isLost(origin));
  numbering.settle();
  if (!log.isRefused) {
    const { emitter, nodes } = pass(forgotten);
    const emission: Emission = (writer, onFailure) => emitter.each(nodes, writer, onProgress, onFailure);
    for (const fact of rehearse(image, format, emission)) log.add("obstacles", fact);
  }
  const report = log.report(
    { from: image.format.abi.name, to: format.abi.name, direction: chain.isForward ? "forward" : "backward" },
    chain.names,
  );
  const isPossible = report.obstacles.length === 0;
  const isLossless = report.losses.length === 0;
  return {
    ...{ format, report, isPossible, isLossless },
    async write(sink, { allowLoss = false, onProgress: onWriting } = {}) {
      if (!isPossible) throw new RefusalError("impossible-conversion", obstacleText(report));
      if (!isLossless && !allowLoss) throw new RefusalError("lossy-conversion", lossText(report));
      const { emitter, nodes } = pass(forgotten);
      const writer = new ImageWriter(format, sink);
      await emitter.write(nodes, writer, onWriting);
      writer.flush();
      return writer.offset;
    },
  };
}

function obstacleText({ obstacles: [first], to }: ConversionReport): string {
  const field = first?.field === undefined ? "" : `.${first.field}`;
  return `the image cannot become one of ${to}: ${first?.record}${field}: ${first?.why}`;
}

function lossText({ losses }: ConversionReport): string {
  const [first] = losses;
  const field = first?.field === undefined ? "" : `.${first.field}`;
  const more = losses.length > 1 ? `, and ${losses.length - 1} more` : "";
  return `the conversion loses something (${first?.record}${field}: ${first?.why}${more}), which has to be allowed`;
}
