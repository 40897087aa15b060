/** Checkpoint images as dumps of CRIU, which restores processes on kernels of today. */
export type { DumpSink } from "./dump.js";
export type { FileUse, NeededFile, Needs } from "./needs.js";
export type { DumpOptions } from "./passage.js";
export { type DumpPlan, planDump } from "./plan.js";
