/**
 * Makes an image that can be shown to others: the same tasks, objects and mappings, without the memory of processes and the data that they exchanged.
 * The result is an image of the same ABI; stripping it again changes nothing.
 */

import type { Progress } from "../image/bytes/progress.js";
import type { Image } from "../image/image.js";
import { refuseDamage } from "../image/refuse-damage.js";
import { ImageMemory } from "../memory/memory.js";
import type { ImageSink } from "../write/sink.js";
import type { Allowed } from "./allowed.js";
import { ContentFilter } from "./contents.js";
import { environmentRanges } from "./environment.js";
import type { StripOptions, Stripped } from "./options.js";
import { Policy } from "./policy.js";
import { RecordStripper } from "./record.js";
import { copySpliced, removed, type Splice } from "./splice.js";

export interface StripReport {
  /** Size of the image in bytes. `after` is that of the result. */
  readonly before: number;
  readonly after: number;
  readonly stripped: Stripped;
}

/**
 * Writes the stripped image as a stream. Memory use is that of the record table of the open image.
 *
 * @param allowed another list of what stays, for a test of the list
 * @throws {InputError} (`damaged-image`) for a damaged image
 */
export async function stripImage(
  image: Image,
  sink: ImageSink,
  options: StripOptions = {},
  onProgress?: Progress,
  allowed?: readonly Allowed[],
): Promise<StripReport> {
  refuseDamage(image);
  const keepsMemory = options.keep?.has("memory") === true;
  const environment = keepsMemory && !options.keep?.has("environment") ? environmentRanges(new ImageMemory(image)) : [];
  const stripped: Stripped = {
    memory: 0,
    pipes: 0,
    sockets: 0,
    messages: 0,
    tty: 0,
    kernel: 0,
    values: 0,
    leftovers: 0,
  };
  const contents = new ContentFilter(image, options, environment, stripped);
  const records = new RecordStripper(image, new Policy(options, allowed), contents, stripped);
  const after = await copySpliced(image.source, splicesOf(image, records, onProgress), sink);
  return { before: image.source.size, after, stripped };
}

/** Number of records between two reports of {@link Progress}. */
const REPORT_EVERY = 4096;

function* splicesOf(
  image: Image,
  records: RecordStripper,
  onProgress: Progress | undefined,
): Generator<Splice, void, void> {
  let count = 0;
  for (const node of image.root) {
    const { record } = node;
    if (!record) continue;
    if (++count % REPORT_EVERY === 0) onProgress?.(record.offset, image.source.size);
    yield* records.splices(node, record);
    if (record.name === "TAIL") {
      // Bytes after the end are removed: no kernel writes any, and the format defines nothing there.
      yield removed({ start: record.next, end: image.source.size });
      return;
    }
  }
}
