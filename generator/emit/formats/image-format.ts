/** What the descriptions of one version have in common. */
import { Aggregates } from "./aggregates.js";
import { type Buffer, buffersOf } from "./buffers.js";
import type { VersionFormat } from "./version-format.js";

export interface ImageFormat {
  readonly format: VersionFormat;
  readonly aggregates: Aggregates;
  readonly buffers: readonly Buffer[];
}

export function imageFormat(format: VersionFormat): ImageFormat {
  return { format, aggregates: new Aggregates(format), buffers: buffersOf(format) };
}
