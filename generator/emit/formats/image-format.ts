/** What the format descriptions of one version have in common. */
import { type AggregateStore, Aggregates } from "./aggregates.js";
import { buffersOf, type FormatBuffer } from "./buffers.js";
import type { VersionFormat } from "./version-format.js";

export interface FormatSource {
  readonly format: VersionFormat;
  readonly aggregates: Aggregates;
  readonly buffers: readonly FormatBuffer[];
}

/**
 * Collects it for a version.
 *
 * @param store aggregates of the versions described before
 */
export function imageFormat(format: VersionFormat, store: AggregateStore): FormatSource {
  return { format, aggregates: new Aggregates(format, store), buffers: buffersOf(format) };
}
