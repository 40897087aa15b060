/** Checkpoint images as dumps of CRIU, which restores processes on kernels of today. */
export { type CheckedFile, checkFiles, type MachineFile, type MachineFiles } from "./check-files.js";
export type { DumpSink } from "./dump.js";
export type { FileUse, NeededFile, Needs } from "./needs.js";
export type { DumpOptions } from "./passage.js";
export { type DumpPlan, planDump } from "./plan.js";
