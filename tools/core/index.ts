/** ELF core files of processes, for debuggers. */
export { type Core, type CoreOptions, coreOf } from "./core.js";
export { type Exclusion, exclusionOf } from "./exclusion.js";
export type { FileLookup, LocalFile } from "./local-files.js";
export { type CoreProcess, processesOf, processOfTask } from "./process.js";
export type { CoreRemark, CoreReport, ReportedMapping, ReportedSegment, ReportedThread } from "./report.js";
