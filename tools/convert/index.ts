/** Conversion of images from one version of the format to another. */
export { type Conversion, type ConvertOptions, planConversion } from "./convert.js";
export type {
  ConversionReport,
  Example,
  Invention,
  Leftover,
  Loss,
  Note,
  Obstacle,
  Repair,
  StepReport,
} from "./report.js";
export type { KernelIdentity } from "./target.js";
