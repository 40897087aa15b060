/** Validity checks of images. */
export { RULES } from "./inspections.js";
export { messageOf, type VerifyReport, type VerifySummary } from "./report.js";
export type { RestartTarget } from "./restart-target.js";
export {
  CONSEQUENCES,
  type Consequence,
  explanationOf,
  type Finding,
  type Rule,
  SEVERITIES,
  type Severity,
} from "./rule.js";
export { type VerifyOptions, verify } from "./verify.js";
