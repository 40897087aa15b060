/** What the format descriptions of one version have in common. */
import { type AggregateStore, Aggregates } from "./aggregates.js";
import { type Buffer, buffersOf } from "./buffers.js";
import type { VersionFormat } from "./version-format.js";

export interface ImageFormat {
  readonly format: VersionFormat;
  readonly aggregates: Aggregates;
  readonly buffers: readonly Buffer[];
}

/**
 * Collects it for a version.
 *
 * @param store aggregates of the versions described before
 */
export function imageFormat(format: VersionFormat, store: AggregateStore): ImageFormat {
  return { format, aggregates: new Aggregates(format, store), buffers: buffersOf(format) };
}
