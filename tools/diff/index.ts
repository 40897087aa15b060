/** Differences between two checkpoint images by meaning. */
export type { ByteDifference, ByteRun } from "./bytes.js";
export { type DiffOptions, diffImages, type ImageDiff } from "./diff.js";
export {
  type ChangeType,
  DIFFERENCE_KINDS,
  type Difference,
  type DifferenceKind,
  type FieldChange,
} from "./difference.js";
export type { ImageSummary } from "./header.js";
export type { ChangeCounts, KindSummary, Summary, TaskSummary } from "./summary.js";
export type { SideName, Unknowns } from "./unknown.js";
