/**
 * Converts images between the versions of the format. First the whole image is gone through without writing anything, which tells what is
 * lost and gives new objects their numbers. Then the result is rehearsed: written as it will be, into nothing, and read back, which tells
 * what is in the way. So far that is the plan; to carry it out, the result is written once more. Each time records are looked at one after
 * the other, and contents are copied from the image as they come.
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
import { type Emission, rehearse } from "./rehearsal.js";
import { ConversionLog, type ConversionReport } from "./report.js";
import { sourceNodes } from "./source.js";
import { type KernelIdentity, targetFormat, wayBetween } from "./target.js";

export interface ConvertOptions extends KernelIdentity {
  /** Version of the result, or `version/arch` with the architecture of the image. */
  readonly to: string;
  /** How many places of each group are told one by one; 10 without it. */
  readonly examples?: number | undefined;
}

/** A conversion that was thought through. */
export interface Conversion {
  readonly format: ImageFormat;
  readonly report: ConversionReport;
  /**
   * Whether the result can be turned back into the same image, but for what {@link ConversionReport.repairs} and
   * {@link ConversionReport.leftovers} tell.
   */
  readonly isLossless: boolean;
  /** Whether there is a result at all. */
  readonly isPossible: boolean;
  /**
   * Writes the result, streaming.
   *
   * @returns bytes that were written
   * @throws {RefusalError} `lossy-conversion` when something is lost and that is not allowed, `impossible-conversion` when there is no result
   */
  write(sink: ImageSink, options?: { readonly allowLoss?: boolean; readonly onProgress?: Progress }): Promise<number>;
}

/**
 * Finds out what a conversion does.
 *
 * @throws {InputError} (`damaged-image`) for a damaged image
 * @throws {UsageError} (`conversion-target`) for a target that no image of its architecture has, or an identity that makes no sense
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
      why: "it stands behind the end of the image, where nobody knows what it is",
      origin,
    });
  // Later passes find the same again.
  const forgotten = new ConversionLog();
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
    return { chain, emitter, nodes: chain.lift(sourceNodes(image, chain, hears), chain.end) };
  };
  const { emitter, nodes, chain } = pass(log);
  const lostPadding = new LostPadding(chain.padding, wayBetween(image.format, format), log);
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
