/**
 * Makes an image that can be shown to others: the same tasks, objects and mappings, without what processes had in memory and sent each other. The
 * result is an image of the same ABI, and stripping it again changes nothing.
 */
import type { Image } from "../image/image.js";
import type { ImageRecord } from "../image/records.js";
import type { Progress, TreeNode } from "../image/tree.js";
import { ImageMemory } from "../memory/memory.js";
import { leftoversOf } from "../model/leftovers.js";
import type { ImageSink } from "../write/sink.js";
import { ContentsStripper } from "./contents.js";
import { environmentOf } from "./environment.js";
import { maskedNames, taskName } from "./names.js";
import type { StripOptions, Stripped } from "./options.js";
import { zeroedRegisters } from "./registers.js";
import { copySpliced, cut, type Splice, zeroed } from "./splice.js";

export interface StripReport {
  /** Bytes of the image, before and after. */
  readonly before: number;
  readonly after: number;
  readonly stripped: Stripped;
}

/** The image cannot be stripped, because nobody knows what its bytes are. The message is one line. */
export class StripError extends Error {
  override readonly name = "StripError";
}

/**
 * Writes the stripped image, streaming: what takes memory is the record table of the image that is open already.
 *
 * @throws {StripError} for a damaged image
 */
export async function stripImage(
  image: Image,
  sink: ImageSink,
  options: StripOptions = {},
  onProgress?: Progress,
): Promise<StripReport> {
  if (image.end === "damaged")
    throw new StripError(
      `the image is damaged, and behind the damage nobody knows what is what: ${image.problems.at(-1)?.message}`,
    );
  const keepsMemory = options.keep?.has("memory") === true;
  const environment = keepsMemory && !options.keep?.has("environment") ? environmentOf(new ImageMemory(image)) : [];
  const contents = new ContentsStripper(image, options, environment);
  const after = await copySpliced(image.source, splicesOf(image, contents, options, onProgress), sink);
  return { before: image.source.size, after, stripped: contents.stripped };
}

/** Records between two reports of {@link Progress}. */
const REPORT_EVERY = 4096;

function* splicesOf(
  image: Image,
  contents: ContentsStripper,
  options: StripOptions,
  onProgress: Progress | undefined,
): Generator<Splice, void, void> {
  let count = 0;
  for (const node of image.root) {
    const { record } = node;
    if (!record) continue;
    if (++count % REPORT_EVERY === 0) onProgress?.(record.offset, image.source.size);
    yield* contents.splices(node, record) ?? otherSplices(image, contents, node, record, options);
    if (record.name === "TAIL") {
      // No kernel writes anything behind the end, so nobody knows what it is.
      yield cut({ start: record.next, end: image.source.size });
      return;
    }
  }
}

function otherSplices(
  image: Image,
  contents: ContentsStripper,
  node: TreeNode,
  record: ImageRecord,
  options: StripOptions,
): Iterable<Splice> {
  // Of an unknown type: anything may be in it.
  if (!record.kind) return [zeroed(record.payload)];
  if (node.label === "task_name") return [taskName(record, options.paths === true)];
  return [
    ...(options.paths ? maskedNames(image, node, record) : []),
    ...(options.registers ? zeroedRegisters(image, record) : []),
    ...contents.kernelState(node, record),
    // Leftover memory may be anything, such as an address of the kernel.
    ...leftoversOf(image.format, image.source, record).map(zeroed),
  ];
}
