/** Images of one version made into images of another. */
export { type Conversion, type ConvertOptions, planConversion, RefusedError } from "./convert.js";
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
export { ConvertError, type KernelIdentity, TargetError } from "./target.js";
