/** Differences between two checkpoint images by meaning. */
export type { ByteDifference, ByteRun } from "./bytes.js";
export { type DiffOptions, diffImages, type ImageDiff } from "./diff.js";
export { type ChangeType, type Difference, type DifferenceKind, type FieldChange, KINDS } from "./difference.js";
export type { ImageFacts } from "./header.js";
export type { Counts, KindSummary, Summary, TaskSummary } from "./summary.js";
export type { SideName, Unknowns } from "./unknown.js";
